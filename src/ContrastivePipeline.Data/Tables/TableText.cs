using System.Buffers;
using System.Globalization;
using System.Text;

namespace ContrastivePipeline.Data.Tables;

/// <summary>Text in tables.</summary>
internal static class TableText
{
    /// <summary>How MySQL's and PostgreSQL's exports write that there is no value.</summary>
    public const string DatabaseNull = @"\N";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Decodes UTF-8; null where it is not.</summary>
    public static string? TryDecode(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Decodes UTF-8, writing bytes that are none as <c>\xNN</c>, so that nothing is lost.</summary>
    public static string DecodeWithEscapes(byte[] bytes)
    {
        if (TryDecode(bytes) is { } whole)
            return whole;
        var text = new StringBuilder();
        for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
        {
            var isText = Rune.DecodeFromUtf8(rest, out var rune, out var consumed) == OperationStatus.Done;
            if (isText)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var value in rest[..consumed])
                    text.Append("\\x").Append(value.ToString("X2"));
            }

            rest = rest[consumed..];
        }

        return text.ToString();
    }

    /// <summary>Trims, and makes one space of every run of white space.</summary>
    public static string Fold(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The first control character, for a message, for example <c>U+0000</c>; null where there is none.</summary>
    public static string? FindControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
                return $"U+{(int)character:X4}";
        }

        return null;
    }

    /// <summary>A text for a message: control characters as <c>\u0000</c>, cut where it is long.</summary>
    public static string Printable(string text)
    {
        const int most = 60;
        var shown = string.Concat(text.Take(most).Select(c => char.IsControl(c) ? $"\\u{(int)c:X4}" : $"{c}"));
        return text.Length <= most ? shown : shown + "…";
    }

    /// <summary>Whether a text has a character that leaves ink, or a control character, which is another fault.</summary>
    public static bool ShowsSomething(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && !IsInvisible(rune))
                return true;
        }

        return false;
    }

    // Unicode's Default_Ignorable_Code_Point, other format characters, and the blank of Braille.
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x2800 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
