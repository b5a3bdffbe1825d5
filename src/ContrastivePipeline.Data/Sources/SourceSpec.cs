using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Where a dataset comes from. Small and serialisable: it is part of a stage's input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EmojiSourceSpec), "emoji")]
[JsonDerivedType(typeof(PairsSourceSpec), "pairs")]
[JsonDerivedType(typeof(KarpathySourceSpec), "karpathy")]
[JsonDerivedType(typeof(CifarSourceSpec), "cifar")]
[JsonDerivedType(typeof(SentencesSourceSpec), "sentences")]
[JsonDerivedType(typeof(SentencePairsSourceSpec), "sentence_pairs")]
[JsonDerivedType(typeof(TriplesSourceSpec), "triples")]
[JsonDerivedType(typeof(SentEvalSourceSpec), "senteval")]
public abstract record SourceSpec
{
    /// <summary>A string that changes when the content of the source does. A stage that prepares the source has it in its
    /// fingerprint.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public abstract Task<string> SnapshotAsync(CancellationToken cancellationToken = default);
}

/// <summary>A source of media and their captions.</summary>
public abstract record MediaSourceSpec : SourceSpec
{
    /// <summary>Reads every row, good or damaged, in the source's own order.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public abstract IAsyncEnumerable<PairRow> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Class lists and sentence triples, where the source has them.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public virtual Task<SourceExtras> ReadExtrasAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(SourceExtras.None);

    /// <summary>The split of a media item whose rows name none: a pure function of its id.</summary>
    public virtual string SplitOf(string mediaId) => Splits.Train;
}

/// <summary>One row of a source.</summary>
/// <param name="Row">1-based number of the row in the file.</param>
/// <param name="Fault">What is wrong; null where the row is good.</param>
public abstract record SourceRow(string File, long Row, string Content, SourceFault? Fault);

/// <summary>A row with a pair, or what is wrong with it.</summary>
/// <param name="Pair">The pair; null where <paramref name="Fault"/> is not.</param>
public sealed record PairRow(string File, long Row, string Content, SourcePair? Pair, SourceFault? Fault)
    : SourceRow(File, Row, Content, Fault);

/// <summary>A caption and the image that it describes.</summary>
/// <param name="MediaId">Identifier of the media item; rows with the same one share the image.</param>
/// <param name="ImagePath">Full path of the image file, or of the file that holds the image; not yet looked at.</param>
/// <param name="ImageColumn">The column that named the image, for messages.</param>
/// <param name="Caption">Cleaned text.</param>
/// <param name="Concept">What the caption describes; the media id where the source knows no concepts.</param>
/// <param name="Source">A file or package name.</param>
/// <param name="Split">Split, or null to let <see cref="MediaSourceSpec.SplitOf"/> choose.</param>
public sealed record SourcePair(
    string MediaId,
    string ImagePath,
    string ImageColumn,
    string Caption,
    string Concept,
    string Source,
    string? Split,
    IReadOnlyList<SourceLabel> Labels)
{
    /// <summary>Where the file has the image's samples; null where the file is an encoded image.</summary>
    public PlanarPixels? Pixels { get; init; }

    /// <summary>The folder that the image's file must lie in, links followed; null where it may lie anywhere.</summary>
    public string? ConfinedTo { get; init; }
}

/// <summary>A class of a media item.</summary>
/// <param name="Label">0-based index into its classes.</param>
public sealed record SourceLabel(string LabelSet, int Label);

/// <summary>What a source offers beside its pairs.</summary>
/// <param name="Triples">Sentence triples, in any order.</param>
public sealed record SourceExtras(IReadOnlyList<LabelSet> LabelSets, IReadOnlyList<TripleRow> Triples)
{
    /// <summary>Nothing.</summary>
    public static SourceExtras None { get; } = new([], []);
}
