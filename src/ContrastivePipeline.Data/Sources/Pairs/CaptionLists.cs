using System.Buffers;
using System.Globalization;

namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>
/// Recognises a cell that holds all captions of an image as a program wrote its list: JSON, Python's or NumPy's notation, or a
/// PostgreSQL array of quoted texts.
/// </summary>
internal static class CaptionLists
{
    private static readonly SearchValues<char> Marks = SearchValues.Create("[](){},: ");
    private static readonly SearchValues<char> WordEnds = SearchValues.Create("[](){},: \"'");

    /// <summary>Whether a folded caption is such a list and no sentence: quoted texts and the marks between them, nothing else.</summary>
    public static bool IsList(string caption)
    {
        if (caption is not (['[', .., ']'] or ['{', .., '}'] or ['(', .., ')'])) return false;
        var (texts, others) = (0, 0);
        for (var at = 0; at < caption.Length;)
        {
            var mark = caption[at];
            if (Marks.Contains(mark)) at++;
            else if (mark is '"' or '\'')
            {
                at = EndOfText(caption, at);
                texts++;
            }
            else
            {
                var length = caption.AsSpan(at).IndexOfAny(WordEnds);
                if (!IsConstant(caption.AsSpan(at, length < 0 ? 0 : length))) return false;
                at += length;
                others++;
            }
        }

        // ("Untitled") may be the title of a painting, and (1) a footnote.
        return texts >= (caption[0] == '(' ? 2 : 1) || (texts + others == 0 && caption[0] != '(');
    }

    // Behind the closing quote; the end of the caption where there is none.
    private static int EndOfText(string caption, int at)
    {
        var quote = caption[at++];
        while (at < caption.Length && caption[at] != quote) at += caption[at] == '\\' ? 2 : 1;
        return Math.Min(at, caption.Length) + 1;
    }

    private static bool IsConstant(ReadOnlySpan<char> word) =>
        word is "None" or "True" or "False" or "null" or "true" or "false" or "nan"
        || double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
