using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of the workflow <c>reproduction</c>; see <see cref="PipelineRequests"/>.</summary>
/// <param name="Experiment">The experiment; files that it names are pinned by their hashes.</param>
/// <param name="Dataset">The dataset to prepare; null where a stored version is used.</param>
/// <param name="Snapshot">What its source was when the run began; empty where a stored version is used.</param>
public sealed record PipelineInput(Experiment Experiment, [property: NotInFingerprint] string Yaml, DatasetSpec? Dataset, string Snapshot)
{
    /// <summary>The version that the store has and the run uses; null where it prepares one. Absent from JSON where null, as older programs wrote it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DatasetVersion? Stored { get; init; }
}

/// <summary>Output of the workflow <c>reproduction</c>.</summary>
/// <param name="Trials">Every variant with every seed, in the experiment's order.</param>
public sealed record PipelineOutput(
    DatasetVersion Dataset, PreparedTokenizer Tokenizer, IReadOnlyList<TrialResult> Trials, WrittenReport Report);

/// <summary>Input of <c>report</c>.</summary>
/// <param name="RunId">The run that it reports; its record has times and machines.</param>
public sealed record ReportInput(
    string RunId,
    Experiment Experiment,
    [property: NotInFingerprint] string Yaml,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    IReadOnlyList<TrialResult> Trials);

/// <summary>A report.</summary>
/// <param name="Costs">What the results cost, a row for each name of stage; null in reports of older programs.</param>
public sealed record WrittenReport(Artifact Html, Artifact Csv, Artifact Json, Artifact? Costs = null);
