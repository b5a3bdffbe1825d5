namespace ContrastivePipeline.Training.Batches;

/// <summary>Everything a training run reads: pictures, and token ids of captions and sentence triples.</summary>
public sealed class TrainingSet : IDisposable
{
    /// <summary>Creates a set, which owns its pictures from now on.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="pairs">Each caption with its picture.</param>
    /// <param name="triples">Sentence triples; empty where no variant needs them.</param>
    /// <exception cref="ArgumentException">A pair names a picture that is not there.</exception>
    public TrainingSet(IPictures pictures, TrainingPairs pairs, IReadOnlyList<TokenTriple> triples)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(triples);
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs.PictureOf(i) < 0 || pairs.PictureOf(i) >= pictures.Count)
                throw new ArgumentException($"A pair names picture {pairs.PictureOf(i)} of {pictures.Count}.", nameof(pairs));
        }
        (Pictures, Pairs, Triples) = (pictures, pairs, triples);
    }

    /// <summary>Creates a set of pictures that are decoded already.</summary>
    /// <param name="imageSize">Side of the square pictures, pixels.</param>
    /// <param name="pictures">Each [side, side, 3], one byte a channel.</param>
    /// <param name="pairs">Each caption with its picture.</param>
    /// <param name="triples">Sentence triples; empty where no variant needs them.</param>
    /// <exception cref="ArgumentException">A picture has another size, or a pair names a picture that is not there.</exception>
    public TrainingSet(int imageSize, IReadOnlyList<byte[]> pictures, IEnumerable<TrainingPair> pairs, IReadOnlyList<TokenTriple> triples)
        : this(new DecodedPictures(imageSize, pictures), new TrainingPairs(pairs), triples)
    {
    }

    /// <summary>Side of the square pictures, pixels.</summary>
    public int ImageSize => Pictures.Side;

    /// <summary>The pictures.</summary>
    public IPictures Pictures { get; }

    /// <summary>The pairs of an epoch.</summary>
    public TrainingPairs Pairs { get; }

    /// <summary>The sentence triples of an epoch.</summary>
    public IReadOnlyList<TokenTriple> Triples { get; }

    /// <inheritdoc/>
    public void Dispose() => Pictures.Dispose();
}

/// <summary>Token ids of a sentence, one that it entails, and one that it does not.</summary>
public sealed record TokenTriple(int[] Anchor, int[] Positive, int[] Negative);
