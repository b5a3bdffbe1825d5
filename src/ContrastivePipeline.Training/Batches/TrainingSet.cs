namespace ContrastivePipeline.Training.Batches;

/// <summary>Everything a training run reads: images, and token ids of captions and sentence triples.</summary>
public sealed class TrainingSet : IDisposable
{
    /// <summary>Creates a set, which owns its images from now on.</summary>
    /// <param name="triples">Sentence triples; empty where no variant needs them.</param>
    /// <exception cref="ArgumentException">A pair names an image that is not there.</exception>
    public TrainingSet(IImages images, TrainingPairs pairs, IReadOnlyList<TokenTriple> triples)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(triples);
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs.ImageOf(i) < 0 || pairs.ImageOf(i) >= images.Count)
                throw new ArgumentException($"A pair names image {pairs.ImageOf(i)} of {images.Count}.", nameof(pairs));
        }
        (Images, Pairs, Triples) = (images, pairs, triples);
    }

    /// <summary>Creates a set of images that are decoded already.</summary>
    /// <param name="imageSize">Side of the square images, pixels.</param>
    /// <param name="images">Each [side, side, 3], one byte a channel.</param>
    /// <exception cref="ArgumentException">An image has another size, or a pair names an image that is not there.</exception>
    public TrainingSet(int imageSize, IReadOnlyList<byte[]> images, IEnumerable<TrainingPair> pairs, IReadOnlyList<TokenTriple> triples)
        : this(new DecodedImages(imageSize, images), new TrainingPairs(pairs), triples)
    {
    }

    /// <summary>Side of the square images, pixels.</summary>
    public int ImageSize => Images.Side;

    /// <summary>The images.</summary>
    public IImages Images { get; }

    /// <summary>The pairs of an epoch.</summary>
    public TrainingPairs Pairs { get; }

    /// <summary>The sentence triples of an epoch.</summary>
    public IReadOnlyList<TokenTriple> Triples { get; }

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();
}

/// <summary>Token ids of a sentence, one that it entails, and one that it does not.</summary>
public sealed record TokenTriple(int[] Anchor, int[] Positive, int[] Negative);
