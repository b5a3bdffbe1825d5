using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Versions;

/// <summary>How a caption table changes a dataset.</summary>
public enum RefreshMode
{
    /// <summary>The table is the whole caption table: captions that it does not have are removed.</summary>
    Replace,

    /// <summary>A row with a caption index changes that caption, or adds the next one; rows without an index replace all captions of the
    /// media that they name. Media that no row names stay as they are.</summary>
    Patch,

    /// <summary>Rows add captions; nothing is changed or removed.</summary>
    Append,
}

/// <summary>What a refresh did: what <c>datasets/{name}/refreshes/{id}/record.json</c> holds. A pure function of its inputs.</summary>
/// <param name="Id">12 hexadecimal digits of the SHA-256 over dataset, base, mode, limits, file name and file content.</param>
/// <param name="Version">The version that was made; null where no caption would have changed or moved, and so none was.</param>
/// <param name="Examples">The first few changes and the first quarantined row of every reason.</param>
/// <param name="Rejected">All quarantined rows as Parquet, in the columns of a quarantine part; null where there are none.</param>
public sealed record RefreshRecord(
    string Id,
    string Dataset,
    string Base,
    string? Version,
    RefreshMode Mode,
    string FileName,
    long FileLength,
    string FileSha256,
    RefreshRows Rows,
    RefreshCaptions Captions,
    RefreshParts Parts,
    IReadOnlyDictionary<string, long> Reasons,
    RefreshExamples Examples,
    Artifact? Rejected)
{
    /// <summary>The dataset's current version after the refresh, once it has been made current: the new one, or the base.</summary>
    [JsonIgnore]
    public string Result => Version ?? Base;
}

/// <summary>Where every row of a caption table went: <c>Read = Added + Changed + Unchanged + Duplicates + Rejected</c>.</summary>
/// <param name="Read">Rows of the table, without its header.</param>
/// <param name="Changed">Rows that took the place of another caption.</param>
/// <param name="Unchanged">Rows that say what the dataset had already.</param>
/// <param name="Duplicates">Rows that repeat another row, or a caption that the media item keeps.</param>
public sealed record RefreshRows(long Read, long Added, long Changed, long Unchanged, long Duplicates, long Rejected)
{
    /// <summary>Whether every row of the table was quarantined.</summary>
    [JsonIgnore]
    public bool AreAllRejected => Read > 0 && Rejected == Read;
}

/// <summary>What became of the captions: <c>After = Before + added - Removed</c>, and <c>Before = Unchanged + changed +
/// Removed</c>.</summary>
/// <param name="Before">Captions of the base.</param>
/// <param name="After">Captions of the result.</param>
/// <param name="Unchanged">Captions of the base that are there as before, if perhaps under another index.</param>
/// <param name="Removed">Captions of the base that are gone.</param>
public sealed record RefreshCaptions(long Before, long After, long Unchanged, long Removed);

/// <summary>What a refresh wrote.</summary>
/// <param name="Captions">Caption parts of the result.</param>
/// <param name="Written">Those of them that are new; the others are the base's own.</param>
/// <param name="Bytes">Bytes of the new ones.</param>
public sealed record RefreshParts(int Captions, int Written, long Bytes);

/// <summary>Some of the changes, for display.</summary>
/// <param name="Changes">The first changes of each kind, in order of media.</param>
/// <param name="Rejected">The first quarantined row of every reason, its content cut to 200 characters.</param>
public sealed record RefreshExamples(IReadOnlyList<CaptionChange> Changes, IReadOnlyList<QuarantineRow> Rejected);

/// <summary>A refresh in the store.</summary>
/// <param name="At">When it was recorded.</param>
public sealed record StoredRefresh(RefreshRecord Record, DateTimeOffset At);
