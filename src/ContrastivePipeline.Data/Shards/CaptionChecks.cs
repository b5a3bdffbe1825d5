namespace ContrastivePipeline.Data.Shards;

/// <summary>Checks the captions of a version as they stream by, in order of media item and index.</summary>
/// <param name="ids">Ids of the media; null in a dataset of texts alone.</param>
/// <param name="kept">Counts kept rows by their splits.</param>
internal sealed class CaptionChecks(HashSet<string>? ids, Action<string> kept, Action<string> problem)
{
    private CaptionRow? _previous;
    private long _media;

    public void Check(CaptionRow row)
    {
        kept(row.Split);
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
            if (ids?.Contains(row.MediaId) == false)
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

    /// <summary>Requires captions of every media item; call it after the last row.</summary>
    public void RequireAllCaptioned()
    {
        if (ids is not null && _media != ids.Count)
            problem($"{_media:N0} media have captions, of {ids.Count:N0}.");
    }
}
