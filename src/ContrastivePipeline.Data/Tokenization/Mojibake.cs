using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Repairs UTF-8 that was decoded as if it were of a one-byte character set: <c>naÃ¯ve</c> becomes <c>naïve</c>. What ftfy does
/// with rules of many cases is done here with few: a text is taken for such where one of its sequences is unlikely in writing
/// (<see cref="MojibakeSequence"/>).</summary>
internal static class Mojibake
{
    private const char Lost = '\uFFFD';

    /// <summary>Repairs a line, again and again while that changes it.</summary>
    public static string Repair(string text)
    {
        while (!Ascii.IsValid(text) && Once(text) is var repaired && repaired != text)
            text = repaired;
        return text;
    }

    // The whole text where it is UTF-8, else the parts that are; else the controls, which are Windows-1252's characters.
    private static string Once(string text)
    {
        foreach (var charset in SingleByteCharset.All)
        {
            if (DecodeAll(text, charset) is { } whole)
                return whole;
        }

        foreach (var charset in SingleByteCharset.All)
        {
            if (DecodeParts(text, charset) is var parts && parts != text)
                return parts;
        }

        return text.AsSpan().ContainsAnyInRange('\u0080', '\u009F')
            ? string.Concat(text.Select(c => c is >= '\u0080' and <= '\u009F' ? HtmlEntities.Windows1252[c - 0x80] : c))
            : text;
    }

    /// <returns>Null where something is not UTF-8, or nothing is unlikely.</returns>
    private static string? DecodeAll(ReadOnlySpan<char> text, SingleByteCharset charset)
    {
        var decoded = new StringBuilder(text.Length);
        bool isUnlikely = false;
        for (int i = 0; i < text.Length;)
        {
            var sequence = MojibakeSequence.At(text, i, charset, mayLose: true);
            if (sequence.Length == 0 && !char.IsAscii(text[i]) && text[i] != Lost)
                return null;
            decoded.Append(sequence.Length > 0 ? sequence.Decoded : text.Slice(i, 1));
            isUnlikely |= sequence.IsUnlikely;
            i += Math.Max(sequence.Length, 1);
        }

        return isUnlikely ? decoded.ToString() : null;
    }

    /// <summary>Decodes sequences that follow each other, where they are unlikely even without what stands around them.</summary>
    private static string DecodeParts(ReadOnlySpan<char> text, SingleByteCharset charset)
    {
        var decoded = new StringBuilder(text.Length);
        for (int i = 0, end; i < text.Length; i = end)
        {
            end = i;
            while (end < text.Length && MojibakeSequence.At(text, end, charset, mayLose: false) is { Length: > 0 } sequence)
                end += sequence.Length;
            end = Math.Max(end, i + 1);
            decoded.Append(DecodeAll(text[i..end], charset) ?? text[i..end]);
        }

        return decoded.ToString();
    }
}
