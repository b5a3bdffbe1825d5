namespace ContrastivePipeline.Training.Batches;

/// <summary>The pictures of a training set, square and of one size. Safe for concurrent use.</summary>
public interface IPictures : IDisposable
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>Side, pixels.</summary>
    int Side { get; }

    /// <summary>Whether they lie in memory as they are needed, so that to ask for one costs nothing.</summary>
    bool AreDecoded { get; }

    /// <summary>A picture, [side, side, 3], one byte a channel; not to be written to.</summary>
    /// <exception cref="TrainingDataException">It cannot be decoded.</exception>
    byte[] this[int index] { get; }
}

/// <summary>Pictures that lie in memory.</summary>
public sealed class DecodedPictures : IPictures
{
    private readonly IReadOnlyList<byte[]> _pictures;

    /// <summary>Takes decoded pictures.</summary>
    /// <param name="side">Side of the square pictures, pixels.</param>
    /// <param name="pictures">Each [side, side, 3], one byte a channel.</param>
    /// <exception cref="ArgumentException">A picture has another size.</exception>
    public DecodedPictures(int side, IReadOnlyList<byte[]> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.FirstOrDefault(p => p.Length != 3 * side * side) is { } wrong)
            throw new ArgumentException($"A picture has {wrong.Length} bytes, not {side} × {side} × 3.", nameof(pictures));
        (Side, _pictures) = (side, pictures);
    }

    /// <inheritdoc/>
    public int Count => _pictures.Count;

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public bool AreDecoded => true;

    /// <inheritdoc/>
    public byte[] this[int index] => _pictures[index];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
