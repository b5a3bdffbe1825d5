using System.Globalization;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>
/// The clean-up that CLIP's tokenizer does before it splits a caption: HTML entities are decoded twice, runs of white space
/// become one space, the ends are trimmed, letters become lower case (openai/CLIP, <c>clip/simple_tokenizer.py</c>).
/// CLIP also repairs mojibake with the Python package ftfy; that is left out here, so text that was decoded with the wrong
/// encoding is taken as it stands.
/// </summary>
public static class CaptionText
{
    private const char CapitalSigma = '\u03A3', FinalSigma = '\u03C2', DottedCapitalI = '\u0130';

    /// <summary>Cleans a caption.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Lower(JoinSpaces(HtmlEntities.Decode(HtmlEntities.Decode(text))));
    }

    private static string JoinSpaces(string text)
    {
        if (IsJoined(text))
            return text;
        var joined = new StringBuilder(text.Length);
        bool space = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                space = joined.Length > 0;
                continue;
            }

            if (space)
                joined.Append(' ');
            space = false;
            joined.Append(c);
        }

        return joined.ToString();
    }

    private static bool IsJoined(string text)
    {
        bool space = true;
        foreach (char c in text)
        {
            bool isSpace = char.IsWhiteSpace(c);
            if (isSpace && (space || c != ' '))
                return false;
            space = isSpace;
        }

        return !space || text.Length == 0;
    }

    /// <summary>Python's lower case: .NET's, and the two letters whose full mapping Unicode defines differently.</summary>
    private static string Lower(string text)
    {
        if (text.AsSpan().IndexOfAny(CapitalSigma, DottedCapitalI) < 0)
            return text.ToLowerInvariant();
        var lower = new StringBuilder(text.ToLowerInvariant());
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == CapitalSigma && EndsWord(text, i))
                lower[i] = FinalSigma;
        }

        return lower.Replace(DottedCapitalI.ToString(), "i\u0307").ToString();
    }

    /// <summary>Unicode's condition Final_Sigma: a cased letter before and none after, case-ignorable characters skipped.</summary>
    private static bool EndsWord(string text, int index)
    {
        int before = index - 1;
        while (before >= 0 && IsCaseIgnorable(text[before]))
            before--;
        int after = index + 1;
        while (after < text.Length && IsCaseIgnorable(text[after]))
            after++;
        return before >= 0 && IsCased(text[before]) && !(after < text.Length && IsCased(text[after]));
    }

    private static bool IsCased(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsCaseIgnorable(char c) =>
        c is '\'' or '.' or ':' or '\u00B7' or '\u2018' or '\u2019' or '\u2024' or '\u2027'
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
