namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>The training recipe of every variant.</summary>
/// <param name="Batch">Pairs a step.</param>
/// <param name="Steps">Steps in all; null where epochs are given.</param>
/// <param name="Epochs">Passes over the training pairs; null where steps are given.</param>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="CheckpointSeconds">Time between checkpoints inside a segment.</param>
/// <param name="LearningRate">At the end of warm-up.</param>
/// <param name="WeightDecay">Decoupled.</param>
/// <param name="Warmup">Steps of warm-up; null where they depend on the number of steps, which the data tells.</param>
/// <param name="ClipNorm">Greatest norm of all gradients together; 0 for no limit.</param>
/// <param name="Seeds">Every variant is trained once with each.</param>
/// <param name="Parallel">Variants trained at once; 0 for one a core.</param>
public sealed record TrainingSection(
    int Batch,
    int? Steps,
    int? Epochs,
    int Segment,
    int CheckpointSeconds,
    double LearningRate,
    double WeightDecay,
    DecayRule Decay,
    int? Warmup,
    double ClipNorm,
    AugmentSection Augment,
    SentenceSection Sentence,
    IReadOnlyList<int> Seeds,
    int Parallel)
{
    private const int UsualWarmup = 50;

    /// <summary>Steps in all for a number of training pairs; an epoch has as many whole batches as fit.</summary>
    public int TotalSteps(int pairs) => Steps ?? checked(Epochs!.Value * Math.Max(1, pairs / Batch));

    /// <summary>Steps of warm-up for a number of training pairs: 50 by default, at most half of all.</summary>
    public int WarmupSteps(int pairs) => Warmup ?? UsualWarmupOf(TotalSteps(pairs));

    /// <summary>The default for a number of steps.</summary>
    internal static int UsualWarmupOf(int steps) => Math.Min(UsualWarmup, steps / 2);
}

/// <summary>Random changes of training images.</summary>
/// <param name="Shift">Greatest shift, pixels.</param>
/// <param name="Flip">Whether half are mirrored.</param>
/// <param name="Zoom">Greatest change of size, as a share.</param>
/// <param name="Tint">Greatest change of a channel's brightness, as a share.</param>
public sealed record AugmentSection(int Shift, bool Flip, double Zoom, double Tint);

/// <summary>How L_s and L_n compare sentences.</summary>
/// <param name="Temperature">τ.</param>
public sealed record SentenceSection(SentenceSpace Space, double Temperature);
