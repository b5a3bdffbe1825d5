namespace ContrastivePipeline.Data.Refresh;

/// <summary>A caption part of a refreshed version: one of the base's, or a new one.</summary>
/// <param name="Old">The base's part; null where it is new.</param>
/// <param name="New">The new part; null where it is the base's.</param>
internal sealed record RefreshedPart(DatasetPart? Old, PartFile? New);

/// <summary>Takes the media of a refreshed version in order and decides which parts change. A part covers the ids up to the first of the
/// next part. One without changes is kept, an empty one is dropped, and one of more than twice the usual rows is cut.</summary>
internal sealed class PartRewriter(IReadOnlyList<DatasetPart> parts, string scratch)
{
    private readonly ShardTable<CaptionRow> _table = ShardTables.Captions;
    private readonly SortedDictionary<int, OpenPart> _open = [];
    private readonly List<RefreshedPart> _result = [];
    private int _flushed;
    private int _current;

    /// <summary>Takes a media item of the base.</summary>
    public async Task AddAsync(MediaItemCaptions before, IReadOnlyList<CaptionRow> after, CancellationToken cancellationToken)
    {
        await FlushAsync(before.First, cancellationToken);
        _current = before.First;
        if (before.Rows.SequenceEqual(after))
        {
            for (var i = 0; i < before.Pieces.Count; i++)
                Open(before.First + i).Rows.AddRange(before.Pieces[i]);

            _current = before.First + before.Pieces.Count - 1;
            return;
        }

        for (var i = 0; i < before.Pieces.Count; i++)
            Open(before.First + i).IsChanged = true;

        Open(_current).Rows.AddRange(after);
        await WriteWholeAsync(cancellationToken);
    }

    /// <summary>Takes a media item that had no captions.</summary>
    public async Task AddNewAsync(IReadOnlyList<CaptionRow> after, CancellationToken cancellationToken)
    {
        if (after.Count == 0)
            return;
        await FlushAsync(_current, cancellationToken);
        Open(_current).IsChanged = true;
        Open(_current).Rows.AddRange(after);
        await WriteWholeAsync(cancellationToken);
    }

    /// <summary>Writes what remains.</summary>
    public async Task<IReadOnlyList<RefreshedPart>> CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(parts.Count, cancellationToken);
        return _result;
    }

    private OpenPart Open(int part)
    {
        if (!_open.TryGetValue(part, out var open))
            _open.Add(part, open = new OpenPart());

        return open;
    }

    private async Task FlushAsync(int end, CancellationToken cancellationToken)
    {
        for (; _flushed < end; _flushed++)
        {
            _open.Remove(_flushed, out var part);
            if (part is not { IsChanged: true })
            {
                _result.Add(new RefreshedPart(parts[_flushed], null));
                continue;
            }

            foreach (var chunk in IsCut(part) ? part.Rows.Chunk(_table.RowsPerPart) : part.Rows.Count > 0 ? [part.Rows.ToArray()] : [])
                await WriteAsync(chunk, cancellationToken);
        }
    }

    // Many new captions may go into one part: what of it will not change any more is written, so that memory holds no more than two parts.
    private async Task WriteWholeAsync(CancellationToken cancellationToken)
    {
        var part = Open(_current);
        part.IsCut = IsCut(part);
        while (part.IsCut && _flushed == _current && part.Rows.Count > _table.RowsPerPart)
        {
            await WriteAsync(part.Rows.GetRange(0, _table.RowsPerPart), cancellationToken);
            part.Rows.RemoveRange(0, _table.RowsPerPart);
        }
    }

    private bool IsCut(OpenPart part) => part.IsCut || part.Rows.Count > 2 * _table.RowsPerPart;

    private async Task WriteAsync(IReadOnlyList<CaptionRow> rows, CancellationToken cancellationToken) =>
        _result.Add(new RefreshedPart(null,
            await PartFile.WriteAsync(_table, _table.PartName(_result.Count), rows, scratch, cancellationToken)));

    private sealed class OpenPart
    {
        public List<CaptionRow> Rows { get; } = [];

        public bool IsChanged { get; set; }

        /// <summary>Whether it becomes several parts.</summary>
        public bool IsCut { get; set; }
    }
}
