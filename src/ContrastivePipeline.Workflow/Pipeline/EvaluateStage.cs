using System.Text.Json;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>evaluate</c>.</summary>
public sealed record EvaluateInput(string Variant, int Seed, DatasetVersion Dataset, EmbeddedTrial Embedded, EvaluationSection Plan);

/// <summary>What was measured.</summary>
public sealed record EvaluatedTrial(Artifact Measurements);

/// <summary>Turns stored embeddings into numbers, each with its provenance.</summary>
internal sealed class EvaluateStage() : Stage<EvaluateInput, EvaluatedTrial>("evaluate", 2, StageResource.Cpu)
{
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

    public static async Task<IReadOnlyList<Measurement>> ReadAsync(
        ArtifactStore store, Artifact measurements, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<List<Measurement>>(await store.ReadAsync(measurements, cancellationToken), JsonSerializerOptions.Web)!;

    protected override string Label(EvaluateInput input) => $"{input.Variant}-seed-{input.Seed}-{input.Dataset.Name}";
}

/// <summary>Computes the numbers of a trial from its stored embeddings: a pure function of these, of labels and of the plan.</summary>
internal sealed class TrialEvaluation(ArtifactStore store, EvaluateInput input)
{
    /// <param name="wanted">Which families of metrics to compute: <c>retrieval</c>, <c>geometry</c>, <c>zero-shot/{labels}</c>.</param>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync(
        EmbeddedSplit split, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var plan = input.Plan;
        var measurements = new List<Measurement>();
        var embeddings = await StoredEmbeddings.ReadAsync(store, split, cancellationToken);
        var of = new Measurements(input.Variant, input.Seed, input.Dataset.Name, input.Dataset.Version, split.Split);
        if (plan.Retrieval!.Contains(split.Split) && wanted("retrieval"))
            measurements.AddRange(of.Of(Retrieval.Evaluate(embeddings.Matched)));
        if (plan.Geometry!.Contains(split.Split) && wanted("geometry"))
            measurements.AddRange(of.Of(Geometry.Evaluate(embeddings.Matched)));
        foreach (var zeroShot in plan.ZeroShot.Where(z => z.Split == split.Split && wanted($"zero-shot/{z.Labels}")))
            measurements.AddRange(of.Of(zeroShot.Labels, await ClassifyAsync(zeroShot, embeddings, cancellationToken)));
        return measurements;
    }

    private async Task<ZeroShotResult> ClassifyAsync(
        ZeroShotSection zeroShot, StoredEmbeddings embeddings, CancellationToken cancellationToken)
    {
        var manifest = await new DatasetReader(store).ReadManifestAsync(input.Dataset.Name, input.Dataset.Version, cancellationToken);
        return (await new ZeroShotTest(store, manifest).ClassifyAsync(PromptsOf(zeroShot), zeroShot.Split!, embeddings, cancellationToken))
            .Result;
    }

    private EmbeddedClasses PromptsOf(ZeroShotSection zeroShot) => input.Embedded.Classes.Single(
        c => c.Prompts.Labels == zeroShot.Labels && c.Prompts.Templates.SequenceEqual(zeroShot.Templates));
}
