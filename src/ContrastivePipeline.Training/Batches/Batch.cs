using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>What one training step sees.</summary>
/// <param name="Pixels">[n, 3, side, side]: bytes, or floats that are normalised already.</param>
/// <param name="Captions">n captions.</param>
/// <param name="AugmentedPixels">Another augmentation of the same images, for CyCLIP's in-modal option; else null.</param>
/// <param name="Triples">m anchors, m positives, m negatives, for L_n; else null.</param>
public sealed record Batch(Tensor Pixels, TextBatch Captions, Tensor? AugmentedPixels = null, TextBatch? Triples = null);
