namespace ContrastivePipeline.Data.Preparation;

/// <summary>The sound rows of a source, grouped by media item.</summary>
internal sealed class MediaCatalog
{
    private readonly Dictionary<string, MediaEntry> _entries = new(StringComparer.Ordinal);

    public int Count => _entries.Count;

    /// <summary>Adds a row; a row that contradicts an earlier one about the media item's split goes into quarantine.</summary>
    public void Add(SourceRow row, SourcePair pair, Ledger ledger)
    {
        if (!_entries.TryGetValue(pair.MediaId, out var entry))
        {
            _entries.Add(pair.MediaId, entry = new MediaEntry(pair, []));
        }

        if (pair.Split == entry.First.Split)
        {
            entry.Rows.Add((row, pair));
        }
        else
        {
            ledger.Quarantine(row, new SourceFault("", "split-conflict",
                $"'{pair.MediaId}' is in split '{entry.First.Split}' by an earlier row and in '{pair.Split}' by this one; " +
                "put all rows of an image in one split."));
        }
    }

    /// <summary>The media in ordinal order of their ids.</summary>
    public MediaEntry[] InOrder()
    {
        var entries = _entries.Values.ToArray();
        Array.Sort(entries, (a, b) => string.CompareOrdinal(a.First.MediaId, b.First.MediaId));
        return entries;
    }
}

/// <summary>A media item and the rows that describe it, in the source's order.</summary>
/// <param name="First">The pair of the first row, which says where the image is.</param>
internal sealed record MediaEntry(SourcePair First, List<(SourceRow Row, SourcePair Pair)> Rows);
