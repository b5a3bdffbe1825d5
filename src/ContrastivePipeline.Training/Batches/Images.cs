using static TorchSharp.torch;

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

/// <summary>Images as the model takes them.</summary>
public static class Pixels
{
    // CLIP's channel means and deviations (openai/CLIP, clip.py).
    private static readonly float[] MeanColor = [0.48145466f, 0.4578275f, 0.40821073f];
    private static readonly float[] ColorDeviation = [0.26862954f, 0.26130258f, 0.27577711f];

    /// <summary>What is subtracted from each channel, red first, of values in [0, 1].</summary>
    public static IReadOnlyList<float> Mean => MeanColor;

    /// <summary>What each channel is then divided by.</summary>
    public static IReadOnlyList<float> Deviation => ColorDeviation;

    /// <summary>Moves images to the device and normalises bytes there; floats are taken as normalised.</summary>
    /// <param name="pixels">[n, 3, side, side], bytes or floats.</param>
    public static Tensor ToModel(Tensor pixels, Device device)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var moved = pixels.to(device);
        if (moved.dtype != ScalarType.Byte)
            return moved;
        var mean = tensor(MeanColor, device: device).view(1, 3, 1, 1);
        var deviation = tensor(ColorDeviation, device: device).view(1, 3, 1, 1);
        return (moved.to(ScalarType.Float32) / LastingScalar.Of(255) - mean) / deviation;
    }
}
