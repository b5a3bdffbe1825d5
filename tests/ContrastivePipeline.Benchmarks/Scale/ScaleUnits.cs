namespace ContrastivePipeline.Benchmarks.Scale;

/// <summary>What one of everything costs. docs/scale.md says where each figure comes from; a better one changes a line here.</summary>
internal static class ScaleUnits
{
    // Published: half of what one A100 reaches in float32 with TF32 on a ResNet-50. The one figure that a GPU has to confirm.
    public const double AchievedFlops = 11.5e12;

    // Published, Azure: one blob, one stream.
    public const double StreamBytesPerSecond = 60 * 1024 * 1024;

    // Assumed: a GPU, several gigabytes of image, the program.
    public const double StartSeconds = 300;

    // Measured by `units`.
    public const double BytesAImage = 41.5e3;
    public const double CheckpointBytes = 1.224e9;
    public const double SaveSeconds = 7;
    public const double RestoreSeconds = 21;

    // Measured in runs and datasets.
    public const double BytesACaption = 42;
    public const double CurveBytesAStep = 26;
    public const double EventBytesAStep = 447;
    public const double RecordBytesAStage = 1e3;
    public const double RequestsAnActivity = 17;
    public const double RequestsALook = 22;

    // By the code.
    public const double PartsAtOnce = 4;
    public const double ImagesAPart = 1024;
    public const double CaptionsAPart = 16_384;
    public const double BlockBytes = 4 << 20;
    // A heartbeat, its stage's lease, a look whether the run was cancelled, the run's record read and written.
    public const double BeatsASecond = (1.0 / 15) + (1.0 / 10) + (1.0 / 2) + (2.0 / 5);
    public const double SecondsALook = 120;

    public const int Batch = 128;
    public const int Epochs = 64;
    public const int Seeds = 3;
    public const double CheckpointSeconds = 1800;

    /// <summary>FLOP of one pair in a training step, by variant.</summary>
    public static IReadOnlyList<(string Variant, double Flop)> FlopAPair()
    {
        var clip = TrainingWorkload.PaperRecipe(new ObjectiveWeights(), Batch);
        using var texts = TrainingWorkload.Create((ClipConfig)clip.Model, imageCount: 1, pairCount: 20 * Batch, tripleCount: 20 * Batch);
        return [.. VariantSection.Names.Select(name =>
            (name, StepWork.Of(clip with { Objectives = VariantSection.Named(name)!.Objectives }, texts, batches: 20).Total / Batch))];
    }
}
