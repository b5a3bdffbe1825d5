using System.Collections.Frozen;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>A character set of one byte a character, as browsers have it: bytes that it leaves open stand for the characters of the same
/// number.</summary>
internal sealed class SingleByteCharset
{
    private readonly FrozenDictionary<char, byte> _bytes;

    private SingleByteCharset(Encoding encoding)
    {
        var bytes = new Dictionary<char, byte>();
        for (int code = 0x80; code <= 0xFF; code++)
        {
            char known = encoding.GetChars([(byte)code])[0];
            // The framework has private characters for some open bytes.
            bytes[char.GetUnicodeCategory(known) == System.Globalization.UnicodeCategory.PrivateUse ? (char)code : known] = (byte)code;
        }

        _bytes = bytes.ToFrozenDictionary();
    }

    /// <summary>Those that UTF-8 is taken for: Latin-1, Windows-1252 and its relatives, Latin-2; the most frequent first.</summary>
    public static IReadOnlyList<SingleByteCharset> All { get; } =
        [new(Encoding.Latin1), .. new[] { 1252, 1251, 1250, 1253, 1254, 1257, 28592 }.Select(Of)];

    /// <summary>The byte of a character; -1 where there is none.</summary>
    public int ByteOf(char c) => c < '\u0080' ? c : _bytes.TryGetValue(c, out byte code) ? code : -1;

    private static SingleByteCharset Of(int codePage) => new(CodePagesEncodingProvider.Instance.GetEncoding(codePage)!);
}
