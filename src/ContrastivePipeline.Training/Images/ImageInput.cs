using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Images;

/// <summary>Images as CLIP takes them: square, normalised by its channel means and deviations. An item is [side, side, 3], one byte a
/// channel.</summary>
/// <param name="Side">Side of the square that is cut out of each stored image, pixels.</param>
public sealed record ImageInput(int Side) : MediaInput
{
    // CLIP's channel means and deviations (openai/CLIP, clip.py).
    private static readonly float[] MeanColor = [0.48145466f, 0.4578275f, 0.40821073f];
    private static readonly float[] ColorDeviation = [0.26862954f, 0.26130258f, 0.27577711f];

    /// <summary>What is subtracted from each channel, red first, of values in [0, 1].</summary>
    public static IReadOnlyList<float> Mean => MeanColor;

    /// <summary>What each channel is then divided by.</summary>
    public static IReadOnlyList<float> Deviation => ColorDeviation;

    /// <inheritdoc/>
    public override int ItemLength => 3 * Side * Side;

    /// <inheritdoc/>
    public override byte[] Decode(string mediaId, ReadOnlySpan<byte> stored, bool fit = false)
    {
        try
        {
            var image = ImageDecoder.Decode(stored);
            if (fit)
                image = ImageResizer.ResizeShortSide(image, Side);
            return Math.Min(image.Width, image.Height) >= Side
                ? image.CentreCrop(Side).Pixels
                : throw new TrainingDataException(
                    $"Image '{mediaId}' has {image.Width} × {image.Height} pixels, and the model takes {Side} × {Side}. "
                    + "Prepare the dataset for this size.");
        }
        catch (ImageException damaged)
        {
            throw new TrainingDataException(
                $"Image '{mediaId}' cannot be decoded: {damaged.Message} 'contrastive data verify' finds all such images of a dataset.",
                damaged);
        }
    }

    /// <inheritdoc/>
    /// <returns>[count, 3, side, side], bytes, in the layout that convolutions are fastest in: channels last.</returns>
    public override Tensor ToTensor(byte[] items, int count) => tensor(items, [count, Side, Side, 3]).permute(0, 3, 1, 2);

    /// <inheritdoc/>
    public override Tensor ToModel(Tensor media, Device device)
    {
        ArgumentNullException.ThrowIfNull(media);
        var moved = media.to(device);
        if (moved.dtype != ScalarType.Byte)
            return moved;
        var mean = tensor(MeanColor, device: device).view(1, 3, 1, 1);
        var deviation = tensor(ColorDeviation, device: device).view(1, 3, 1, 1);
        return (moved.to(ScalarType.Float32) / LastingScalar.Of(255) - mean) / deviation;
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind() => Kinds.Add<Augmentation>("image", typeof(ImageAugmentation), isUsual: true);
}
