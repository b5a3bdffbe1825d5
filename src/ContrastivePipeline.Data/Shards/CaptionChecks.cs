namespace ContrastivePipeline.Data.Shards;

/// <summary>Checks the captions of a version as they stream by, in order of media item and index.</summary>
internal sealed class CaptionChecks(HashSet<string> ids, Action<string> problem)
{
    private readonly Dictionary<string, long> _bySplit = new(StringComparer.Ordinal);
    private CaptionRow? _previous;
    private long _captions;
    private long _media;

    public void Check(CaptionRow row)
    {
        _captions++;
        _bySplit[row.Split] = _bySplit.GetValueOrDefault(row.Split) + 1;
        if (_previous?.MediaId == row.MediaId)
        {
            if (row.CaptionIndex != _previous.CaptionIndex + 1)
                problem($"Caption {row.CaptionIndex} of '{row.MediaId}' follows caption {_previous.CaptionIndex}.");

            if (row.Split != _previous.Split)
                problem($"Media item '{row.MediaId}' is in splits '{_previous.Split}' and '{row.Split}'.");
        }
        else
        {
            _media++;
            if (!ids.Contains(row.MediaId))
                problem($"A caption belongs to '{row.MediaId}', which is no media item.");

            if (row.CaptionIndex != 0)
                problem($"The first caption of '{row.MediaId}' has index {row.CaptionIndex}.");

            if (string.CompareOrdinal(_previous?.MediaId, row.MediaId) > 0)
                problem($"Captions of '{row.MediaId}' come after those of '{_previous!.MediaId}'.");
        }

        if (row.Caption.Length == 0)
            problem($"Caption {row.CaptionIndex} of '{row.MediaId}' is empty.");

        _previous = row;
    }

    /// <summary>Compares the counts of captions and media with the accounting; call it after the last row.</summary>
    /// <param name="allCaptioned">Whether every media item must have captions.</param>
    public void Complete(DataAccounting books, bool allCaptioned)
    {
        if (allCaptioned && _media != ids.Count)
            problem($"{_media:N0} media have captions, of {ids.Count:N0}.");

        if (_captions != books.Kept || !DatasetVerifier.Same(books.KeptBySplit, _bySplit))
            problem($"The accounting has {books.Kept:N0} kept rows; the parts have {_captions:N0} captions, or other splits.");
    }
}
