namespace ContrastivePipeline.Data.Tokenization;

/// <summary>GPT-2's and CLIP's printable names of the 256 bytes: printable Latin-1 stands for itself, the rest is moved to U+0100 and up.
/// Ids 0 to 255 follow this order; 256 to 511 are the same bytes at the end of a word.</summary>
internal static class ByteAlphabet
{
    public const string EndOfWord = "</w>";

    private static readonly byte[] Order =
    [
        .. Enumerable.Range(0, 256).Where(IsPrintable).Select(value => (byte)value),
        .. Enumerable.Range(0, 256).Where(value => !IsPrintable(value)).Select(value => (byte)value),
    ];

    private static readonly int[] Ids = MakeIds();

    /// <summary>Names of the 512 base symbols in id order.</summary>
    public static IReadOnlyList<string> Symbols { get; } =
        [.. Order.Select(Name), .. Order.Select(value => Name(value) + EndOfWord)];

    /// <summary>Id of a byte within a word; add 256 at its end.</summary>
    public static int IdOf(byte value) => Ids[value];

    /// <summary>The byte that a base symbol below 256 stands for.</summary>
    public static byte ByteOf(int id) => Order[id];

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);

    private static string Name(byte value) =>
        (IsPrintable(value) ? (char)value : (char)(256 + Ids[value] - 188)).ToString();

    private static int[] MakeIds()
    {
        int[] ids = new int[256];
        for (int id = 0; id < 256; id++)
            ids[Order[id]] = id;

        return ids;
    }
}
