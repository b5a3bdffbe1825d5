using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using ContrastivePipeline.Data.Sources.Pairs;

namespace ContrastivePipeline.Data.Sources;

/// <summary>
/// A table of picture paths and captions, one pair a row, as CyCLIP and open_clip read it: CSV with quotes as in RFC 4180, or
/// TSV. Several rows may name one picture; their captions are numbered in the order of the rows.
/// </summary>
/// <param name="Path">The table, UTF-8.</param>
/// <param name="ImageColumn">Column with the picture's path; its number from 1 where the table has no header.</param>
/// <param name="CaptionColumn">Column with the caption; its number from 1 where the table has no header.</param>
/// <param name="Delimiter">One ASCII character or <c>tab</c>; by default a comma for <c>.csv</c>, a tab for <c>.tsv</c> and
/// <c>.txt</c>.</param>
/// <param name="ImageRoot">Folder that the paths are relative to and must not leave; by default the table's folder.</param>
/// <param name="SplitColumn">Column that names each row's split; by default the split is chosen by <paramref name="TestFraction"/>.</param>
/// <param name="TestFraction">Share of the pictures in split <c>test</c>, by a stable hash of their paths; the rest are <c>train</c>.</param>
/// <param name="MaxCaptionLength">Longer captions, in UTF-16 characters, are set aside.</param>
public sealed record PairsSourceSpec(
    string Path,
    string ImageColumn = "image",
    string CaptionColumn = "caption",
    string? Delimiter = null,
    string? ImageRoot = null,
    string? SplitColumn = null,
    double TestFraction = 0.1,
    int MaxCaptionLength = 1_000) : SourceSpec
{
    /// <summary>Full path of the folder that picture paths are relative to.</summary>
    [JsonIgnore]
    public string PictureFolder => System.IO.Path.GetFullPath(
        ImageRoot ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? ".");

    /// <inheritdoc/>
    public override string SplitOf(string mediaId) =>
        StableHash.Fraction("pairs-test", mediaId) < TestFraction ? Splits.Test : Splits.Train;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SourceRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var delimiter = Validate();
        using var lines = new ByteLines(TableFile.Open(Path, Path));
        var records = new DelimitedRecords(lines, delimiter);
        var byNumber = int.TryParse(ImageColumn, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        var head = ReadHead(records, byNumber);
        var columns = byNumber ? PairColumns.ByNumber(this, head[^1].Fields.Count) : PairColumns.ByName(this, TableFile.ReadHeader(head[0], Path));
        var rows = new PairRows(this, columns);
        foreach (var record in byNumber ? head : []) yield return rows.Read(record);
        while (records.Next() is { } record)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return rows.Read(record);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Made of the table's SHA-256 and every picture's path, length and time of last change.</remarks>
    public override async Task<string> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        var pictures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var row in ReadAsync(cancellationToken))
        {
            if (row.Pair is not { } pair || pictures.ContainsKey(pair.MediaId)) continue;
            var file = new FileInfo(pair.PicturePath);
            pictures.Add(pair.MediaId, file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "absent");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var table = TableFile.Open(Path, Path)) hash.AppendData(await SHA256.HashDataAsync(table, cancellationToken));
        foreach (var (id, state) in pictures) hash.AppendData(Encoding.UTF8.GetBytes($"{id}\n{state}\n"));
        return "pairs:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private byte Validate()
    {
        if (TestFraction is not (>= 0 and < 1))
            throw new SourceException($"{Path}: a test fraction of {TestFraction} is impossible; use 0 or more, and less than 1.");
        if (MaxCaptionLength < 1)
            throw new SourceException($"{Path}: a greatest caption length of {MaxCaptionLength} is impossible; use 1 or more.");
        if (!Directory.Exists(PictureFolder))
            throw new SourceException($"{Path}: the picture folder {PictureFolder} does not exist; create it or name another.");
        var delimiter = Delimiter ?? System.IO.Path.GetExtension(Path).ToLowerInvariant() switch
        {
            ".csv" => ",",
            ".tsv" or ".tab" or ".txt" => "tab",
            _ => throw new SourceException($"{Path}: name the delimiter, because the file's extension does not tell it."),
        };
        if (delimiter == "tab") return (byte)'\t';
        return delimiter.Length == 1 && delimiter[0] < 128 && delimiter[0] is not ('"' or '\n' or '\r')
            ? (byte)delimiter[0]
            : throw new SourceException($"{Path}: '{delimiter}' cannot delimit columns; use one ASCII character or 'tab'.");
    }

    // Without a header the first sound row tells how many columns there are.
    private List<DelimitedRecord> ReadHead(DelimitedRecords records, bool byNumber)
    {
        var head = new List<DelimitedRecord>();
        while (records.Next() is { } record)
        {
            head.Add(record);
            if (!byNumber || record.Fault is null) return head;
        }

        throw new SourceException(head.Count == 0
            ? $"{Path} is empty; it should have a row for every pair."
            : $"{Path}: no row can be read. Row {head[0].Row}: {head[0].Fault?.Detail}");
    }
}
