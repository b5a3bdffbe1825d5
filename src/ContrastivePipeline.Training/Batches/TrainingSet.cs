namespace ContrastivePipeline.Training.Batches;

/// <summary>Everything a training run reads, in memory: decoded pictures, and token ids of captions and sentence triples.</summary>
public sealed class TrainingSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="imageSize">Side of the square pictures, pixels.</param>
    /// <param name="pictures">Each [side, side, 3], one byte a channel.</param>
    /// <param name="pairs">Each caption with its picture.</param>
    /// <param name="triples">Sentence triples; empty where no variant needs them.</param>
    /// <exception cref="ArgumentException">A picture has another size, or a pair names a picture that is not there.</exception>
    public TrainingSet(int imageSize, IReadOnlyList<byte[]> pictures, IReadOnlyList<TrainingPair> pairs, IReadOnlyList<TokenTriple> triples)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(triples);
        if (pictures.FirstOrDefault(p => p.Length != 3 * imageSize * imageSize) is { } wrong)
            throw new ArgumentException($"A picture has {wrong.Length} bytes, not {imageSize} × {imageSize} × 3.", nameof(pictures));
        if (pairs.FirstOrDefault(p => p.Picture < 0 || p.Picture >= pictures.Count) is { } stray)
            throw new ArgumentException($"A pair names picture {stray.Picture} of {pictures.Count}.", nameof(pairs));
        (ImageSize, Pictures, Pairs, Triples) = (imageSize, pictures, pairs, triples);
    }

    /// <summary>Side of the square pictures, pixels.</summary>
    public int ImageSize { get; }

    /// <summary>Each [side, side, 3], one byte a channel.</summary>
    public IReadOnlyList<byte[]> Pictures { get; }

    /// <summary>The pairs of an epoch.</summary>
    public IReadOnlyList<TrainingPair> Pairs { get; }

    /// <summary>The sentence triples of an epoch.</summary>
    public IReadOnlyList<TokenTriple> Triples { get; }
}

/// <summary>A caption and the picture it belongs to.</summary>
/// <param name="Picture">Index of the picture.</param>
/// <param name="Tokens">Token ids with start and end of text.</param>
public sealed record TrainingPair(int Picture, int[] Tokens);

/// <summary>Token ids of a sentence, one that it entails, and one that it does not.</summary>
public sealed record TokenTriple(int[] Anchor, int[] Positive, int[] Negative);
