namespace ContrastivePipeline.Training.Batches;

/// <summary>Everything a training run reads: media, and token ids of captions and sentence triples.</summary>
public sealed class TrainingSet : IDisposable
{
    /// <summary>Creates a set, which owns its media from now on.</summary>
    /// <param name="triples">Sentence triples; empty where no variant needs them.</param>
    /// <exception cref="ArgumentException">A pair names a media item that is not there.</exception>
    public TrainingSet(IMediaItems media, TrainingPairs pairs, IReadOnlyList<TokenTriple> triples)
    {
        ArgumentNullException.ThrowIfNull(media);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(triples);
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs.MediaOf(i) < 0 || pairs.MediaOf(i) >= media.Count)
                throw new ArgumentException($"A pair names media item {pairs.MediaOf(i)} of {media.Count}.", nameof(pairs));
        }
        (Media, Pairs, Triples) = (media, pairs, triples);
    }

    private TrainingSet(TrainingSet owner, IReadOnlyList<TokenTriple> triples) =>
        (Media, Pairs, Triples) = (owner.Media, owner.Pairs, triples);

    /// <summary>The same media and pairs, which stay this set's own, with other triples.</summary>
    public TrainingSet With(IReadOnlyList<TokenTriple> triples) => new(this, triples);

    /// <summary>The media.</summary>
    public IMediaItems Media { get; }

    /// <summary>The pairs of an epoch.</summary>
    public TrainingPairs Pairs { get; }

    /// <summary>The sentence triples of an epoch.</summary>
    public IReadOnlyList<TokenTriple> Triples { get; }

    /// <inheritdoc/>
    public void Dispose() => Media.Dispose();
}

/// <summary>Token ids of a sentence, one that it entails, and one that it does not.</summary>
public sealed record TokenTriple(int[] Anchor, int[] Positive, int[] Negative);
