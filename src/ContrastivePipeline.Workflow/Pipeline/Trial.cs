namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>One variant with one seed: input of the sub-workflow <c>trial</c>.</summary>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="Plan">What to measure; every split is named.</param>
public sealed record TrialInput(
    string Variant,
    TrainingRecipe Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    int Segment,
    int CheckpointSeconds,
    EvaluationSection Plan);

/// <summary>What remains of a training: input of the sub-workflow <c>training</c>.</summary>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="From">Steps done.</param>
/// <param name="Checkpoint">The state after them; null at the beginning.</param>
public sealed record TrainingInput(
    string Variant,
    TrainingRecipe Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    int Segment,
    int CheckpointSeconds,
    int From,
    Artifact? Checkpoint,
    IReadOnlyList<Artifact> Curves);

/// <summary>A trained variant.</summary>
/// <param name="Curves">What every step did, a part a segment.</param>
public sealed record TrainedVariant(Artifact Checkpoint, IReadOnlyList<Artifact> Curves);

/// <summary>A trained and evaluated variant.</summary>
/// <param name="Curves">What every step did, a part a segment.</param>
public sealed record TrialResult(
    string Variant,
    int Seed,
    TrainingRecipe Recipe,
    Artifact Checkpoint,
    IReadOnlyList<Artifact> Curves,
    EmbeddedTrial Embedded,
    Artifact Measurements);
