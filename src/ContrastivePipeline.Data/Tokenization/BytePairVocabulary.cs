using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>The merges of a byte-pair tokenizer and the ids that follow from them: 256 bytes, 256 bytes at the end of a word, one id a
/// merge in order, start of text, end of text.</summary>
public sealed class BytePairVocabulary
{
    /// <summary>Number of ids of CLIP's vocabulary; its published file lists more merges than CLIP uses.</summary>
    public const int ClipSize = 49_408;

    /// <summary>Ids that a vocabulary without any merge has.</summary>
    public const int SmallestSize = 2 * 256 + 2;

    /// <summary>Ids of the smallest vocabulary that any text can be written in: bytes, and no sign of where a word ends.</summary>
    public const int BytesAloneSize = 256 + 2;

    private const string Header = "#version: 0.2";

    private readonly List<string> _symbols;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<(int Left, int Right), int> _merges = [];
    private readonly List<(int Left, int Right)> _order = [];

    private BytePairVocabulary(int bases = SmallestSize - 2)
    {
        _symbols = [.. ByteAlphabet.Symbols.Take(bases)];
        _ids = _symbols.Select((symbol, id) => (symbol, id)).ToDictionary();
    }

    /// <summary>Number of ids, the two special ones included.</summary>
    public int Size => _symbols.Count + 2;

    /// <summary>The merges, first learnt first, in the printable byte alphabet.</summary>
    public IEnumerable<(string Left, string Right)> Merges => _order.Select(pair => (_symbols[pair.Left], _symbols[pair.Right]));

    /// <summary>SHA-256 of the merges as <see cref="Write"/> writes them, lower-case hexadecimal.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text())));

    /// <summary>Reads a merges file, gzipped or plain: a version line, then two symbols a line.</summary>
    /// <param name="path">The file; <c>bpe_simple_vocab_16e6.txt.gz</c> is CLIP's.</param>
    /// <param name="size">Ids to make of it, <see cref="ClipSize"/> for CLIP; null takes every merge. A model that knows fewer ids than
    /// <see cref="SmallestSize"/> has the first of them: bytes, of which some have another id at the end of a word.</param>
    /// <exception cref="InvalidDataException">The file is no merges file or has too few merges; the message names the line.</exception>
    public static BytePairVocabulary Open(string path, int? size = null)
    {
        using var file = File.OpenRead(path);
        return Read(file, path, size);
    }

    /// <inheritdoc cref="Open"/>
    /// <param name="stream">Merges, gzipped or plain; must be able to seek.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="size">As in <see cref="Open"/>.</param>
    public static BytePairVocabulary Read(Stream stream, string name, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(size ?? SmallestSize, BytesAloneSize, nameof(size));
        bool zipped = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        using var reader = new StreamReader(
            zipped ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream,
            new UTF8Encoding(false, throwOnInvalidBytes: true),
            leaveOpen: true);
        try
        {
            return Read(reader, name, size);
        }
        catch (Exception exception) when (exception is DecoderFallbackException)
        {
            throw new InvalidDataException($"'{name}' is no merges file: it is not UTF-8 text.", exception);
        }
        catch (InvalidDataException exception) when (!exception.Message.Contains(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{name}' is damaged: it cannot be unzipped. Fetch it again.", exception);
        }
    }

    /// <summary>Writes the merges in the format that <see cref="Read(Stream, string, int?)"/> reads, UTF-8.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encoding.UTF8.GetBytes(Text()));
    }

    internal static BytePairVocabulary Empty() => new();

    /// <summary>Adds a merge unless it would make a symbol that exists.</summary>
    /// <returns>The new symbol's id, or null.</returns>
    internal int? Add(int left, int right)
    {
        string symbol = _symbols[left] + _symbols[right];
        if (!_ids.TryAdd(symbol, _symbols.Count))
            return null;
        _merges.Add((left, right), _symbols.Count);
        _order.Add((left, right));
        _symbols.Add(symbol);
        return _symbols.Count - 1;
    }

    /// <summary>The id that two neighbours merge into; the lower one merges first. <see cref="int.MaxValue"/> where they do not.</summary>
    internal int MergeOf(int left, int right) => _merges.GetValueOrDefault((left, right), int.MaxValue);

    internal string SymbolOf(int id) => _symbols[id];

    /// <summary>The bytes of a symbol, and a space where it ends a word.</summary>
    internal void AppendBytes(int id, List<byte> bytes)
    {
        if (id >= 512)
        {
            var (left, right) = _order[id - 512];
            AppendBytes(left, bytes);
            AppendBytes(right, bytes);
            return;
        }

        bytes.Add(ByteAlphabet.ByteOf(id % 256));
        if (id >= 256)
            bytes.Add((byte)' ');
    }

    private static BytePairVocabulary Read(StreamReader reader, string name, int? size)
    {
        var vocabulary = new BytePairVocabulary(Math.Min(size ?? SmallestSize, SmallestSize) - 2);
        int line = 0;
        while (vocabulary.Size < (size ?? int.MaxValue) && reader.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0 || (line == 1 && text.Contains("#version", StringComparison.Ordinal)))
                continue;
            string[] parts = text.Split(' ');
            if (parts.Length != 2)
                throw Bad(name, line, $"'{Shorten(text)}' is not two symbols with one space between them");
            foreach (string part in parts.Where(part => !vocabulary._ids.ContainsKey(part)))
                throw Bad(name, line, $"'{Shorten(part)}' is neither a byte symbol nor made by an earlier merge");

            if (vocabulary.Add(vocabulary._ids[parts[0]], vocabulary._ids[parts[1]]) is null)
                throw Bad(name, line, $"'{Shorten(text)}' makes a symbol that exists already");
        }

        if (size is { } wanted && vocabulary.Size < wanted)
        {
            throw new InvalidDataException(
                $"'{name}' has {vocabulary._order.Count} merges, too few for a vocabulary of {wanted} ids " +
                $"({wanted - SmallestSize} merges).");
        }

        return vocabulary;
    }

    private static InvalidDataException Bad(string name, int line, string what) =>
        new($"'{name}' is no merges file: line {line}: {what}.");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private string Text() => string.Concat(Merges.Select(pair => $"{pair.Left} {pair.Right}\n").Prepend(Header + "\n"));
}
