using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Where a dataset comes from. Small and serialisable: it is part of a stage's input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EmojiSourceSpec), "emoji")]
[JsonDerivedType(typeof(PairsSourceSpec), "pairs")]
public abstract record SourceSpec
{
    /// <summary>Reads every row, good or damaged, in the source's own order.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public abstract IAsyncEnumerable<SourceRow> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>A string that changes when the content of the source does. A stage that prepares the source has it in its
    /// fingerprint.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public abstract Task<string> SnapshotAsync(CancellationToken cancellationToken = default);

    /// <summary>Class lists and sentence triples, where the source has them.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public virtual Task<SourceExtras> ReadExtrasAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(SourceExtras.None);

    /// <summary>The split of a media item whose rows name none: a pure function of its id.</summary>
    public virtual string SplitOf(string mediaId) => Splits.Train;
}
