namespace ContrastivePipeline.Training.Batches;

/// <summary>The images of a training set, square and of one size. Safe for concurrent use.</summary>
public interface IImages : IDisposable
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>Side, pixels.</summary>
    int Side { get; }

    /// <summary>Whether they lie in memory as they are needed, so that to ask for one costs nothing.</summary>
    bool AreDecoded { get; }

    /// <summary>An image, [side, side, 3], one byte a channel; not to be written to.</summary>
    /// <exception cref="TrainingDataException">It cannot be decoded.</exception>
    byte[] this[int index] { get; }
}

/// <summary>Images that lie in memory.</summary>
public sealed class DecodedImages : IImages
{
    private readonly IReadOnlyList<byte[]> _images;

    /// <summary>Takes decoded images.</summary>
    /// <param name="images">Each [side, side, 3], one byte a channel.</param>
    /// <exception cref="ArgumentException">An image has another size.</exception>
    public DecodedImages(int side, IReadOnlyList<byte[]> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.FirstOrDefault(p => p.Length != 3 * side * side) is { } wrong)
            throw new ArgumentException($"An image has {wrong.Length} bytes, not {side} × {side} × 3.", nameof(images));
        (Side, _images) = (side, images);
    }

    /// <inheritdoc/>
    public int Count => _images.Count;

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public bool AreDecoded => true;

    /// <inheritdoc/>
    public byte[] this[int index] => _images[index];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
