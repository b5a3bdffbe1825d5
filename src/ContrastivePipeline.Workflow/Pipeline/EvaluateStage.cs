using System.Text.Json;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>evaluate</c>.</summary>
public sealed record EvaluateInput(string Variant, int Seed, DatasetVersion Dataset, EmbeddedTrial Embedded, EvaluationSection Plan);

/// <summary>What was measured.</summary>
/// <param name="Splits">What is kept of each split beside its numbers; null where a program before version 3 of the stage measured.</param>
public sealed record EvaluatedTrial(Artifact Measurements, IReadOnlyList<EvaluatedSplit>? Splits = null);

/// <summary>What a report needs of a split beside its numbers (Parquet).</summary>
/// <param name="Ranks">Of every query; null where retrieval was not measured.</param>
/// <param name="LeaveOneOut">Every tested metric without each cluster.</param>
public sealed record EvaluatedSplit(string Split, Artifact? Ranks, Artifact LeaveOneOut);

/// <summary>Turns stored embeddings into numbers, each with its provenance, and keeps the ranks and the values without each cluster.
/// </summary>
internal sealed class EvaluateStage() : Stage<EvaluateInput, EvaluatedTrial>("evaluate", 3, StageResource.Cpu)
{
    public override async Task<EvaluatedTrial> RunAsync(EvaluateInput input, StageContext context, CancellationToken cancellationToken)
    {
        var (measurements, splits) = (new List<Measurement>(), new List<EvaluatedSplit>());
        var evaluation = new TrialEvaluation(context.Store, input);
        for (var i = 0; i < input.Embedded.Splits.Count; i++)
        {
            var split = input.Embedded.Splits[i];
            context.Progress.Report(new StageProgress(i, input.Embedded.Splits.Count, "splits", split.Split));
            var result = await evaluation.EvaluateAsync(split, _ => true, cancellationToken);
            measurements.AddRange(result.Measurements);
            splits.Add(new EvaluatedSplit(
                split.Split,
                result.Ranks is { } ranks ? await StoredRanks.WriteAsync(context, split.Split, ranks, cancellationToken) : null,
                await result.Tested.WriteAsync(context, split.Split, cancellationToken)));
        }
        var written = await context.WriteAsync(
            "measurements", ".json", JsonSerializer.SerializeToUtf8Bytes(measurements, JsonSerializerOptions.Web), cancellationToken);
        return new EvaluatedTrial(written, splits);
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
    public async Task<SplitResult> EvaluateAsync(EmbeddedSplit split, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var plan = input.Plan;
        var (measurements, tested) = (new List<Measurement>(), new TestedMetrics());
        var embeddings = await StoredEmbeddings.ReadAsync(store, split, cancellationToken);
        var of = new Measurements(input.Variant, input.Seed, input.Dataset.Name, input.Dataset.Version, split.Split);
        var (ranks, geometry) = Similarities.Evaluate(
            embeddings.Matched,
            plan.Retrieval!.Contains(split.Split) && wanted("retrieval"), plan.Geometry!.Contains(split.Split) && wanted("geometry"));
        if (ranks is not null)
        {
            measurements.AddRange(of.Of(ranks));
            tested.Add(ranks, embeddings.Matched);
        }
        if (geometry is not null)
        {
            measurements.AddRange(of.Of(geometry));
            tested.Add(geometry);
        }
        foreach (var zeroShot in plan.ZeroShot.Where(z => z.Split == split.Split && wanted($"zero-shot/{z.Labels}")))
        {
            var manifest = await new DatasetReader(store).ReadManifestAsync(input.Dataset.Name, input.Dataset.Version, cancellationToken);
            var classified = await new ZeroShotTest(store, manifest).ClassifyAsync(
                PromptsOf(zeroShot), split.Split, embeddings, cancellationToken);
            measurements.AddRange(of.Of(zeroShot.Labels, classified.Result));
            tested.Add(zeroShot.Labels, classified);
        }
        return new SplitResult(measurements, ranks, tested);
    }

    private EmbeddedClasses PromptsOf(ZeroShotSection zeroShot) => input.Embedded.Classes.Single(
        c => c.Prompts.Labels == zeroShot.Labels && c.Prompts.Templates.SequenceEqual(zeroShot.Templates));
}

/// <summary>What an evaluation found on a split.</summary>
/// <param name="Ranks">Null where retrieval was not evaluated.</param>
/// <param name="Tested">The metrics with intervals.</param>
internal sealed record SplitResult(IReadOnlyList<Measurement> Measurements, RetrievalResult? Ranks, TestedMetrics Tested);
