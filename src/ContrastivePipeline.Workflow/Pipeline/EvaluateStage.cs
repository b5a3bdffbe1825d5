using System.Text.Json;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Turns stored embeddings into numbers, each with its provenance.</summary>
public sealed class EvaluateStage() : Stage<EvaluateInput, EvaluatedTrial>("evaluate", 1, StageResource.Cpu)
{
    /// <inheritdoc/>
    public override async Task<EvaluatedTrial> RunAsync(EvaluateInput input, StageContext context, CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        var evaluation = new TrialEvaluation(context.Store, input);
        for (var i = 0; i < input.Embedded.Splits.Count; i++)
        {
            var split = input.Embedded.Splits[i];
            context.Progress.Report(new StageProgress(i, input.Embedded.Splits.Count, "splits", split.Split));
            measurements.AddRange(await evaluation.MeasureAsync(split, _ => true, cancellationToken));
        }
        return new EvaluatedTrial(await context.WriteAsync(
            "measurements", ".json", JsonSerializer.SerializeToUtf8Bytes(measurements, JsonSerializerOptions.Web), cancellationToken));
    }

    /// <summary>Reads what a trial's evaluation wrote.</summary>
    public static async Task<IReadOnlyList<Measurement>> ReadAsync(ArtifactStore store, Artifact measurements, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<List<Measurement>>(await store.ReadAsync(measurements, cancellationToken), JsonSerializerOptions.Web)!;

    /// <inheritdoc/>
    protected override string Label(EvaluateInput input) => $"{input.Variant}-seed-{input.Seed}";
}
