namespace ContrastivePipeline.Data.Refresh;

/// <summary>How a caption table changes a dataset.</summary>
public enum RefreshMode
{
    /// <summary>The table is the whole caption table: captions that it does not have are removed.</summary>
    Replace,

    /// <summary>
    /// A row with a caption index changes that caption, or adds the next one; rows without an index replace all captions of the media
    /// that they name. Media that no row names stay as they are.
    /// </summary>
    Patch,

    /// <summary>Rows add captions; nothing is changed or removed.</summary>
    Append,
}

/// <summary>A caption table and what to do with it.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="BaseVersion">The version that is refreshed.</param>
/// <param name="Mode">How.</param>
/// <param name="File">The table on this machine: CSV, TSV, JSON lines or Parquet.</param>
/// <param name="FileName">
/// What the table is called in records and as the source of its captions; its extension (<c>.csv</c>, <c>.tsv</c>, <c>.txt</c>,
/// <c>.jsonl</c>, <c>.ndjson</c>, <c>.parquet</c>) tells the format. The name of <paramref name="File"/> by default.
/// </param>
public sealed record RefreshSpec(string Dataset, string BaseVersion, RefreshMode Mode, string File, string? FileName = null)
{
    /// <summary>Longer captions, in UTF-16 characters, are rejected.</summary>
    public int MaxCaptionLength { get; init; } = 1_000;

    /// <summary>What the table may ask of the machine.</summary>
    internal TableLimits Limits { get; init; } = new();

    /// <summary>The name of the table, without folders.</summary>
    public string Name => Path.GetFileName(FileName ?? File);
}
