using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

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
