using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of the workflow <c>reproduction</c>; see <see cref="PipelineRequests"/>.</summary>
/// <param name="Experiment">The experiment; files that it names are pinned by their hashes.</param>
/// <param name="Dataset">The dataset to prepare; null where a stored version is used.</param>
/// <param name="Snapshot">What its source was when the run began; empty where a stored version is used.</param>
public sealed record PipelineInput(Experiment Experiment, [property: NotInFingerprint] string Yaml, DatasetSpec? Dataset, string Snapshot)
{
    /// <summary>The stored version to use; null, and absent from JSON as older programs wrote it, to prepare one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DatasetVersion? Stored { get; init; }
}

/// <summary>Output of the workflow <c>reproduction</c>.</summary>
/// <param name="Trials">Every variant with every seed, in the experiment's order.</param>
public sealed record PipelineOutput(
    DatasetVersion Dataset, PreparedTokenizer Tokenizer, IReadOnlyList<TrialResult> Trials, WrittenReport Report);

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
