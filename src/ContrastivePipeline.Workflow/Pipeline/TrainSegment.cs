using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>train</c>: a slice of one training.</summary>
/// <param name="From">The first step of the slice, 0-based.</param>
/// <param name="To">The step that it stops before.</param>
/// <param name="Checkpoint">The state after step <paramref name="From"/> − 1; null at step 0.</param>
public sealed record TrainSegmentInput(
    string Variant,
    TrainingRecipe Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    int From,
    int To,
    Artifact? Checkpoint,
    int CheckpointSeconds)
{
    /// <summary>Whether the training ends with it: only what comes before may expire.</summary>
    [JsonIgnore]
    public bool IsLast => To == Recipe.Schedule.TotalSteps;

    /// <summary>For example <c>clip+ls-seed-1-steps-0-100</c>.</summary>
    public string Label => $"{Variant}-seed-{Recipe.Seed}-steps-{From}-{To}";
}

/// <summary>A trained slice.</summary>
/// <param name="Checkpoint">Model, optimiser and step after the slice.</param>
public sealed record TrainedSegment(Artifact Checkpoint, Artifact Curve, Artifact Events);
