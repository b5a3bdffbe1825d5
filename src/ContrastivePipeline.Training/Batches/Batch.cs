using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>What one training step sees.</summary>
/// <param name="Pixels">[n, 3, side, side]: bytes, or floats that are normalised already.</param>
/// <param name="Tokens">[n, tokens], int64, 0-padded to the longest.</param>
/// <param name="AugmentedPixels">Another augmentation of the same pictures, for CyCLIP's in-modal option; else null.</param>
/// <param name="Triples">[3·m, tokens]: m anchors, m positives, m negatives, for L_n; else null.</param>
public sealed record Batch(Tensor Pixels, Tensor Tokens, Tensor? AugmentedPixels = null, Tensor? Triples = null)
{
    /// <summary>Token ids as a tensor, cut to the longest text and 0-padded.</summary>
    public static Tensor Pad(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var length = texts.Max(t => t.Length);
        var ids = new long[texts.Count * length];
        for (var i = 0; i < texts.Count; i++)
        {
            for (var j = 0; j < texts[i].Length; j++)
                ids[i * length + j] = texts[i][j];
        }
        return tensor(ids, [texts.Count, length]);
    }
}
