namespace ContrastivePipeline.Data.Refresh;

/// <summary>Sorts more rows than fit in memory: sorted runs go to files, and reading merges them. Rows that compare equal must be
/// equal.</summary>
/// <param name="folder">Where the runs go; its owner deletes them.</param>
/// <param name="name">Begins the names of the runs.</param>
/// <param name="format">How rows are ordered and written.</param>
/// <param name="memory">Bytes of rows that are kept in memory, about.</param>
internal sealed class DiskSort<T>(string folder, string name, RowFormat<T> format, long memory = DiskSort<T>.UsualMemory)
{
    public const long UsualMemory = 64 << 20;

    private readonly List<T> _rows = [];
    private readonly List<string> _runs = [];
    private long _held;

    public long Count { get; private set; }

    /// <exception cref="IOException">A run cannot be written.</exception>
    public void Add(T row)
    {
        _rows.Add(row);
        Count++;
        _held += format.SizeOf(row);
        if (_held >= memory)
            WriteRun();
    }

    /// <summary>All rows in order. Rows may be added afterwards, and the method called again.</summary>
    public IEnumerable<T> InOrder()
    {
        _rows.Sort(format.Order);
        return _runs.Count == 0 ? _rows : Merge();
    }

    private IEnumerable<T> Merge()
    {
        var heads = new PriorityQueue<IEnumerator<T>, T>(Comparer<T>.Create(format.Order));
        var runs = _runs.Select(ReadRun).Append(_rows).Select(run => run.GetEnumerator()).ToArray();
        try
        {
            foreach (var run in runs)
            {
                if (run.MoveNext())
                    heads.Enqueue(run, run.Current);
            }

            while (heads.TryDequeue(out var run, out var row))
            {
                yield return row;
                if (run.MoveNext())
                    heads.Enqueue(run, run.Current);
            }
        }
        finally
        {
            foreach (var run in runs)
                run.Dispose();
        }
    }

    private void WriteRun()
    {
        _rows.Sort(format.Order);
        var path = Path.Combine(folder, $"{name}-{_runs.Count:D5}.run");
        using (var writer = new BinaryWriter(File.Create(path)))
        {
            writer.Write(_rows.Count);
            foreach (var row in _rows)
                format.Write(writer, row);
        }

        _runs.Add(path);
        _rows.Clear();
        _held = 0;
    }

    private IEnumerable<T> ReadRun(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        for (var left = reader.ReadInt32(); left > 0; left--)
            yield return format.Read(reader);
    }
}

/// <summary>How <see cref="DiskSort{T}"/> handles rows.</summary>
/// <param name="SizeOf">Bytes that a row takes in memory, about.</param>
internal sealed record RowFormat<T>(Comparison<T> Order, Func<T, long> SizeOf, Action<BinaryWriter, T> Write, Func<BinaryReader, T> Read)
{
    /// <summary>Approximate bytes of an object and its references, without its texts.</summary>
    public const int ObjectSize = 96;
}
