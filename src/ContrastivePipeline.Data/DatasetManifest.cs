using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data;

/// <summary>An immutable dataset version: what <c>datasets/{name}/{version}/manifest.json</c> holds.</summary>
/// <param name="Version">The first 12 hexadecimal digits of the SHA-256 over the names and hashes of all parts, the media size, the class
/// lists, the accounting and, where it was refreshed, its <see cref="Refresh"/>.</param>
/// <param name="MediaSize">Size of the stored media, see <see cref="MediaFormat.MediaSize"/>: of images the short side, pixels.</param>
/// <param name="Media">Parts of <see cref="MediaRow"/>.</param>
/// <param name="Captions">Parts of <see cref="CaptionRow"/>.</param>
/// <param name="Labels">Parts of <see cref="LabelRow"/>; empty where the source has no classes.</param>
/// <param name="Triples">Parts of <see cref="TripleRow"/>; empty where the source has none.</param>
/// <param name="Quarantine">Parts of <see cref="QuarantineRow"/>; empty where every row was good.</param>
/// <param name="LabelSets">Class lists for zero-shot classification.</param>
public sealed record DatasetManifest(
    string Name,
    string Version,
    int MediaSize,
    IReadOnlyList<DatasetPart> Media,
    IReadOnlyList<DatasetPart> Captions,
    IReadOnlyList<DatasetPart> Labels,
    IReadOnlyList<DatasetPart> Triples,
    IReadOnlyList<DatasetPart> Quarantine,
    IReadOnlyList<LabelSet> LabelSets,
    DataAccounting Accounting)
{
    /// <summary>Parts of <see cref="SentencePairRow"/>; null, and absent from JSON, where the source has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DatasetPart>? SentencePairs { get; init; }

    /// <summary>How the media are stored; null for images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MediaFormat? Format { get; init; }

    /// <summary>The refresh that made this version; null where it was prepared from a source.</summary>
    /// <remarks>A refreshed version points to parts of the versions before it, and may have media without captions.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RefreshOrigin? Refresh { get; init; }

    /// <summary>All tables with their parts, in the order that the version's hash depends on.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, IReadOnlyList<DatasetPart> Parts)> Tables =>
    [
        ("media", Media), ("captions", Captions), ("labels", Labels), ("triples", Triples), ("sentence-pairs", SentencePairs ?? []),
        ("quarantine", Quarantine),
    ];

    /// <summary>All parts, in the order of <see cref="Tables"/>.</summary>
    public IEnumerable<DatasetPart> AllParts() => Tables.SelectMany(table => table.Parts);
}

/// <summary>Where a refreshed version came from.</summary>
/// <param name="Refresh">Id of the refresh: its record is at <c>datasets/{name}/refreshes/{id}/record.json</c>.</param>
public sealed record RefreshOrigin(string Base, string Refresh);

/// <summary>One Parquet part of a dataset version.</summary>
public sealed record DatasetPart(Artifact Artifact, int Rows);

/// <summary>A list of classes that some of the media belong to.</summary>
/// <param name="Name">Name of the list, for example <c>category</c>.</param>
/// <param name="Classes">Class names as they go into a prompt, in label order.</param>
public sealed record LabelSet(string Name, IReadOnlyList<string> Classes);

/// <summary>Where every source row went, those of refreshes included: <c>SourceRows = Kept + Duplicates + Quarantined +
/// Superseded</c>.</summary>
/// <param name="SourceRows">Rows that the source and all refreshes offered.</param>
/// <param name="Kept">Rows that are captions of kept media now; of a dataset of texts, sentences, sentence pairs or triples.</param>
/// <param name="Duplicates">Rows that repeat a kept (media, caption) pair.</param>
public sealed record DataAccounting(
    long SourceRows,
    long Kept,
    long Duplicates,
    long Quarantined,
    IReadOnlyDictionary<string, long> Reasons,
    IReadOnlyDictionary<string, long> KeptBySplit)
{
    /// <summary>Rows that were captions and that a refresh has changed or removed since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Superseded { get; init; }

    /// <summary>Whether every row is in exactly one place.</summary>
    [JsonIgnore]
    public bool AddsUp => SourceRows == Kept + Duplicates + Quarantined + Superseded;
}
