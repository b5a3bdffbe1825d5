namespace ContrastivePipeline.Evaluation;

/// <summary>One number of a run with all that is needed to know what it is.</summary>
/// <param name="Variant">The variant, for example <c>cyclip+ls</c>.</param>
/// <param name="Seed">The training seed.</param>
/// <param name="Metric">Metric id, for example <c>retrieval/image-to-text/r@1</c>.</param>
/// <param name="Formula">Formula id with its version, for example <c>recall-at-k/1</c>.</param>
/// <param name="Dataset">Dataset name.</param>
/// <param name="Version">Dataset version.</param>
/// <param name="Split">Split.</param>
/// <param name="N">Number of items the value averages over.</param>
/// <param name="Value">The value; rates are fractions in [0, 1].</param>
public sealed record Measurement(
    string Variant, int Seed, string Metric, string Formula, string Dataset, string Version, string Split, int N, double Value);
