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

    /// <summary>Every dataset, the one that is trained on first.</summary>
    [JsonIgnore]
    public IReadOnlyList<DatasetRequest> Datasets =>
    [
        new(Dataset is null ? null : new PrepareDatasetInput(Dataset, Snapshot), Stored),
        .. Others ?? [],
    ];

    /// <summary>The datasets of <see cref="Experiment.Others"/> in the same order; null, and absent from JSON, where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DatasetRequest>? Others { get; init; }
}

/// <summary>A dataset to prepare, or a stored version to use.</summary>
/// <param name="Prepare">What to prepare; null where a stored version is used.</param>
/// <param name="Stored">The stored version; null where one is prepared.</param>
public sealed record DatasetRequest(PrepareDatasetInput? Prepare, DatasetVersion? Stored);

/// <summary>Output of the workflow <c>reproduction</c>.</summary>
/// <param name="Dataset">The dataset that was trained on.</param>
/// <param name="Trials">Every variant with every seed, in the experiment's order.</param>
public sealed record PipelineOutput(
    DatasetVersion Dataset, PreparedTokenizer? Tokenizer, IReadOnlyList<TrialResult> Trials, WrittenReport Report);

/// <summary>One variant with one seed: input of the sub-workflow <c>trial</c>.</summary>
/// <param name="Recipe">What to train by; null, as the tokenizer, where weights are evaluated.</param>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="Plans">What to measure on which dataset.</param>
public sealed record TrialInput(
    string Variant,
    TrainingRecipe? Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer? Tokenizer,
    int Segment,
    int CheckpointSeconds,
    IReadOnlyList<DatasetPlan> Plans)
{
    /// <summary>Weights that training starts from; null for weights that are drawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeightsSection? From { get; init; }

    /// <summary>Where the sentence triples are; null where the dataset has them, or none are needed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DatasetVersion? Triples { get; init; }

    /// <summary>Weights to evaluate instead of training; null for other variants.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeightsSection? Weights { get; init; }

    /// <summary>Embeddings to evaluate instead of a model; null for other variants.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmbeddingsSection? Embeddings { get; init; }
}

/// <summary>What to measure on a dataset version; every split is named.</summary>
public sealed record DatasetPlan(DatasetVersion Dataset, EvaluationSection Plan);

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
    IReadOnlyList<Artifact> Curves)
{
    /// <summary>Weights that training starts from; null for weights that are drawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Artifact? Start { get; init; }

    /// <inheritdoc cref="TrialInput.Triples"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DatasetVersion? Triples { get; init; }
}

/// <summary>A trained variant.</summary>
/// <param name="Curves">What every step did, a part a segment.</param>
public sealed record TrainedVariant(Artifact Checkpoint, IReadOnlyList<Artifact> Curves);

/// <summary>A trained and evaluated variant.</summary>
/// <param name="Recipe">What it was trained by; null where it was not trained here.</param>
/// <param name="Checkpoint">Its weights; null where embeddings are evaluated without a model.</param>
/// <param name="Curves">What every step did, a part a segment.</param>
public sealed record TrialResult(
    string Variant,
    int Seed,
    TrainingRecipe? Recipe,
    Artifact? Checkpoint,
    IReadOnlyList<Artifact> Curves,
    IReadOnlyList<EvaluatedDataset> Evaluated)
{
    /// <summary>Sizes of a model that was not trained here; null where <see cref="Recipe"/> has them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelConfig? Imported { get; init; }

    /// <summary>Sizes of the model; null where embeddings are evaluated without one.</summary>
    [JsonIgnore]
    public ModelConfig? Model => Imported ?? Recipe?.Model;

    /// <summary>What was evaluated on a dataset.</summary>
    internal EvaluatedDataset Of(string dataset) => Evaluated.Single(evaluated => evaluated.Dataset.Name == dataset);
}

/// <summary>A dataset version as a trained variant sees it, and what was measured on it.</summary>
public sealed record EvaluatedDataset(
    DatasetVersion Dataset, EmbeddedTrial Embedded, Artifact Measurements, IReadOnlyList<EvaluatedSplit>? Splits = null)
{
    /// <summary>What is kept of the evaluation of a split.</summary>
    /// <exception cref="PermanentStageException">A program that kept nothing measured it.</exception>
    internal EvaluatedSplit Of(string split) => Splits?.Single(one => one.Split == split) ?? throw new PermanentStageException(
        $"Dataset '{Dataset.Name}' was evaluated by an earlier version of the program, which kept no ranks. Run the experiment again: what "
        + "it trained and embedded is used, and only the evaluation is done anew.");
}
