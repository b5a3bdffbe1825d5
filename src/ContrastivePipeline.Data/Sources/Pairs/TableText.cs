using System.Buffers;
using System.Text;

namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>Text in tables.</summary>
internal static class TableText
{
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
        if (TryDecode(bytes) is { } whole) return whole;
        var text = new StringBuilder();
        for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
        {
            var isText = Rune.DecodeFromUtf8(rest, out var rune, out var consumed) == OperationStatus.Done;
            if (isText) text.Append(rune.ToString());
            else
                foreach (var value in rest[..consumed]) text.Append("\\x").Append(value.ToString("X2"));
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
            if (char.IsControl(character)) return $"U+{(int)character:X4}";
        return null;
    }
}
