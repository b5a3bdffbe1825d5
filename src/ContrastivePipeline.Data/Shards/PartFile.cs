using System.Security.Cryptography;

namespace ContrastivePipeline.Data.Shards;

/// <summary>A part that was written to the scratch folder and is not uploaded yet.</summary>
/// <param name="Name">Path within the dataset version, for example <c>media/part-00000.parquet</c>.</param>
internal sealed record PartFile(string Name, string Path, int Rows, long Length, string Sha256)
{
    /// <summary>Writes a part to the scratch folder.</summary>
    /// <param name="rows">All rows of the part; enumerated once.</param>
    public static async Task<PartFile> WriteAsync<T>(
        ShardTable<T> table, string name, IEnumerable<T> rows, string scratch, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(scratch, name.Replace('/', '-'));
        int count;
        await using (var stream = File.Create(path))
        {
            count = await table.WriteAsync(stream, rows, cancellationToken);
        }

        await using (var stream = File.OpenRead(path))
        {
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            return new PartFile(name, path, count, stream.Length, hash);
        }
    }
}

/// <summary>Cuts a stream of rows into parts and writes each as soon as it is full, so that memory holds one part.</summary>
internal sealed class PartWriter<T>(ShardTable<T> table, string scratch)
{
    private readonly List<T> _rows = [];
    private readonly List<PartFile> _parts = [];

    /// <summary>Adds a row. Rows must come in the order of their table.</summary>
    public async ValueTask AddAsync(T row, CancellationToken cancellationToken)
    {
        _rows.Add(row);
        if (_rows.Count == table.RowsPerPart)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Adds rows. They must come in the order of their table.</summary>
    public async Task AddAsync(IEnumerable<T> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            await AddAsync(row, cancellationToken);
    }

    /// <summary>Writes the last part, which may be shorter.</summary>
    public async Task<IReadOnlyList<PartFile>> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_rows.Count > 0)
            await FlushAsync(cancellationToken);

        return _parts;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        _parts.Add(await PartFile.WriteAsync(table, table.PartName(_parts.Count), _rows, scratch, cancellationToken));
        _rows.Clear();
    }
}

internal static class DataScratch
{
    /// <summary>A folder within the system's temporary folder.</summary>
    public static string Default => Path.Combine(Path.GetTempPath(), "contrastive-data");
}
