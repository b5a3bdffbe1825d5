using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Tables;

/// <summary>What every table of captions asks of its fields.</summary>
internal static partial class FieldChecks
{
    public const string LongCaption = "long-caption";

    public static bool TryDecode(byte[] field, string column, out string text, out SourceFault? fault)
    {
        var decoded = TableText.TryDecode(field);
        text = decoded ?? "";
        fault = decoded is null
            ? new SourceFault(column, "invalid-utf8", $"The text of column '{column}' is not UTF-8; save the table as UTF-8.")
            : null;
        return decoded is not null;
    }

    /// <summary>What is wrong with a folded caption.</summary>
    public static SourceFault? CheckCaption(string caption, string column, int maxLength)
    {
        if (CheckText(caption, column, "caption") is { } fault)
            return fault;
        if (CaptionLists.IsList(caption))
        {
            return new SourceFault(column, "caption-list",
                "The cell holds a list instead of a caption; write one caption a row, several rows for an image with several captions.");
        }

        return CheckLength(caption, column, "caption", maxLength);
    }

    /// <summary>Decodes and folds a sentence, and says what is wrong with it.</summary>
    public static bool TrySentence(byte[] field, string column, int maxLength, out string sentence, out SourceFault? fault)
    {
        if (!TryDecode(field, column, out sentence, out fault))
            return false;
        sentence = TableText.Fold(sentence);
        fault = CheckText(sentence, column, "sentence") ?? CheckLength(sentence, column, "sentence", maxLength);
        return fault is null;
    }

    /// <summary>Reads a score, and says what is wrong with it.</summary>
    public static bool TryScore(byte[] field, string column, out double score, out SourceFault? fault)
    {
        score = 0;
        if (!TryDecode(field, column, out var text, out fault))
            return false;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out score) && double.IsFinite(score))
            return true;
        fault = new SourceFault(
            column, "bad-score", $"'{ShortText.Cut(text.Trim(), 40)}' is no score; write a number with a point, such as 3.8.");
        return false;
    }

    /// <summary>Decodes the name of a split, and says what is wrong with it.</summary>
    public static bool TrySplit(byte[] field, string column, out string split, out SourceFault? fault)
    {
        if (!TryDecode(field, column, out split, out fault))
            return false;
        split = split.Trim();
        fault = CheckSplit(split, column);
        return fault is null;
    }

    private static SourceFault? CheckText(string text, string column, string what)
    {
        var empty = $"empty-{what}";
        if (text.Length == 0)
            return new SourceFault(column, empty, $"The {what} is empty; write one.");
        if (!TableText.ShowsSomething(text))
            return new SourceFault(column, empty, $"The {what} has only characters that show nothing; write one.");
        if (text == TableText.DatabaseNull)
            return new SourceFault(column, empty, @$"The {what} is '\N', which a database export writes for no value; write one.");
        return CheckControl(text, column, what);
    }

    private static SourceFault? CheckLength(string text, string column, string what, int most) => text.Length <= most ? null : new SourceFault(
        column, $"long-{what}", $"The {what} has {text.Length:N0} characters, more than {most:N0}; shorten it.");

    /// <summary>What is wrong with a text that must not have control characters.</summary>
    public static SourceFault? CheckControl(string text, string column, string what) => TableText.FindControl(text) is { } control
        ? new SourceFault(column, "control-character", $"The {what} contains the control character {control}; remove it.")
        : null;

    /// <summary>Whether a text can name a split or a class list: 1 to 32 lower-case letters, digits, '-' and '_'.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>What is wrong with the name of a split.</summary>
    public static SourceFault? CheckSplit(string split, string column) => IsName(split) ? null : new SourceFault(
        column, "bad-split", $"'{split}' cannot name a split; use 1 to 32 lower-case letters, digits, '-' and '_'.");

    /// <summary>The fault of a row that has not the header's columns.</summary>
    public static SourceFault WrongCount(int found, int expected) => new(
        "", "wrong-column-count", $"The row has {found} columns instead of {expected}; check its delimiters and quotes.");

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,31}\z")]
    private static partial Regex Name();
}

/// <summary>Recognises a cell that holds all captions of an image as a program wrote its list: JSON, Python's or NumPy's notation, or a
/// PostgreSQL array of quoted texts.</summary>
internal static class CaptionLists
{
    private static readonly SearchValues<char> Marks = SearchValues.Create("[](){},: ");
    private static readonly SearchValues<char> WordEnds = SearchValues.Create("[](){},: \"'");

    /// <summary>Whether a folded caption is such a list and no sentence: quoted texts and the marks between them, nothing else.</summary>
    public static bool IsList(string caption)
    {
        if (caption is not (['[', .., ']'] or ['{', .., '}'] or ['(', .., ')']))
            return false;
        var (texts, others) = (0, 0);
        for (var at = 0; at < caption.Length;)
        {
            var mark = caption[at];
            if (Marks.Contains(mark))
            {
                at++;
            }
            else if (mark is '"' or '\'')
            {
                at = EndOfText(caption, at);
                texts++;
            }
            else
            {
                var length = caption.AsSpan(at).IndexOfAny(WordEnds);
                if (!IsConstant(caption.AsSpan(at, length < 0 ? 0 : length)))
                    return false;
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
        while (at < caption.Length && caption[at] != quote)
            at += caption[at] == '\\' ? 2 : 1;

        return Math.Min(at, caption.Length) + 1;
    }

    private static bool IsConstant(ReadOnlySpan<char> word) =>
        word is "None" or "True" or "False" or "null" or "true" or "false" or "nan"
        || double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
