namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>One variant with one seed: input of the sub-workflow <c>trial</c>.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Recipe">All that determines the weights, besides the data.</param>
/// <param name="Dataset">The data.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="CheckpointSeconds">Time between checkpoints inside a segment.</param>
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
/// <param name="Variant">The variant.</param>
/// <param name="Recipe">All that determines the weights, besides the data.</param>
/// <param name="Dataset">The data.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="CheckpointSeconds">Time between checkpoints inside a segment.</param>
/// <param name="From">Steps done.</param>
/// <param name="Checkpoint">The state after them; null at the beginning.</param>
/// <param name="Curves">What they did, a part a segment.</param>
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
/// <param name="Checkpoint">The trained model with its optimiser.</param>
/// <param name="Curves">What every step did, a part a segment.</param>
public sealed record TrainedVariant(Artifact Checkpoint, IReadOnlyList<Artifact> Curves);

/// <summary>A trained and evaluated variant.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Seed">The training seed.</param>
/// <param name="Recipe">What it was trained by.</param>
/// <param name="Checkpoint">The trained model with its optimiser.</param>
/// <param name="Curves">What every step did, a part a segment.</param>
/// <param name="Embedded">Its embeddings.</param>
/// <param name="Measurements">Its numbers (JSON).</param>
public sealed record TrialResult(
    string Variant,
    int Seed,
    TrainingRecipe Recipe,
    Artifact Checkpoint,
    IReadOnlyList<Artifact> Curves,
    EmbeddedTrial Embedded,
    Artifact Measurements);
