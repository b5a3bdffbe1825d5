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
        var names = input.Embedded.SplitNames;
        foreach (var (i, split) in names.Index())
        {
            context.Progress.Report(new StageProgress(i, names.Count, "splits", split));
            var result = await evaluation.EvaluateAsync(split, _ => true, cancellationToken);
            measurements.AddRange(result.Measurements);
            result.Notes.ForEach(note => context.Note($"{split}: {note}"));
            splits.Add(new EvaluatedSplit(
                split,
                result.Ranks is { } ranks ? await StoredRanks.WriteAsync(context, split, ranks, cancellationToken) : null,
                await result.Tested.WriteAsync(context, split, cancellationToken)));
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
    /// <param name="wanted">Which families of metrics to compute: <c>retrieval</c>, <c>geometry</c>, <c>zero-shot/{labels}</c>,
    /// <c>sentences</c>.</param>
    public async Task<SplitResult> EvaluateAsync(string split, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var of = new Measurements(input.Variant, input.Seed, input.Dataset.Name, input.Dataset.Version, split);
        var result = new SplitResult([], null, new TestedMetrics(), []);
        if (input.Embedded.Splits.FirstOrDefault(one => one.Split == split) is { } embedded)
            result = await EvaluateMediaAsync(embedded, of, result, wanted, cancellationToken);
        if (input.Embedded.Sentences?.FirstOrDefault(one => one.Split == split) is { } sentences && wanted("sentences"))
            await EvaluateSentencesAsync(sentences, of, result, cancellationToken);
        return result;
    }

    private async Task<SplitResult> EvaluateMediaAsync(
        EmbeddedSplit split, Measurements of, SplitResult result, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var plan = input.Plan;
        var embeddings = await StoredEmbeddings.ReadAsync(store, split, cancellationToken);
        var (ranks, geometry) = Similarities.Evaluate(
            embeddings.Matched,
            plan.Retrieval!.Contains(split.Split) && wanted("retrieval"), plan.Geometry!.Contains(split.Split) && wanted("geometry"));
        if (ranks is not null)
        {
            result.Measurements.AddRange(of.Of(ranks));
            result.Tested.Add(ranks, embeddings.Matched);
        }
        if (geometry is not null)
        {
            result.Measurements.AddRange(of.Of(geometry));
            result.Tested.Add(geometry.ByMetric());
        }
        foreach (var zeroShot in plan.ZeroShot.Where(z => z.Split == split.Split && wanted($"zero-shot/{z.Labels}")))
        {
            var classified = await new ZeroShotTest(store, await ReadManifestAsync(cancellationToken)).ClassifyAsync(
                PromptsOf(zeroShot), split.Split, embeddings, cancellationToken);
            result.Measurements.AddRange(of.Of(zeroShot.Labels, classified.Result));
            result.Tested.Add(zeroShot.Labels, classified);
        }
        return result with { Ranks = ranks };
    }

    private async Task EvaluateSentencesAsync(
        EmbeddedSentences split, Measurements of, SplitResult result, CancellationToken cancellationToken)
    {
        var texts = await Tables.Texts.ReadAllAsync(store, split.Sentences, cancellationToken);
        var rows = texts.Index().ToDictionary(text => text.Item.Text, text => text.Index, StringComparer.Ordinal);
        var pairs = await new DatasetReader(store).ReadSentencePairsAsync(await ReadManifestAsync(cancellationToken), cancellationToken)
            .Where(pair => pair.Split == split.Split).ToListAsync(cancellationToken);
        var similarity = SentenceSimilarity.Evaluate(
            StoredEmbeddings.Matrix([.. texts.Select(text => text.Embedding)]), [.. pairs.Select(pair => rows[pair.First])],
            [.. pairs.Select(pair => rows[pair.Second])], [.. pairs.Select(pair => pair.Score)], [.. pairs.Select(pair => pair.Source)]);
        result.Measurements.AddRange(of.Of(similarity));
        result.Tested.Add(similarity.ByMetric());
        result.Notes.AddRange(similarity.UndefinedSubsets.Select(subset => $"all scores of '{subset}' are equal: it has no correlation "
            + "and is left out of the means"));
    }

    private Task<DatasetManifest> ReadManifestAsync(CancellationToken cancellationToken) =>
        new DatasetReader(store).ReadManifestAsync(input.Dataset.Name, input.Dataset.Version, cancellationToken);

    private EmbeddedClasses PromptsOf(ZeroShotSection zeroShot) => input.Embedded.Classes.Single(
        c => c.Prompts.Labels == zeroShot.Labels && c.Prompts.Templates.SequenceEqual(zeroShot.Templates));
}

/// <summary>What an evaluation found on a split.</summary>
/// <param name="Ranks">Null where retrieval was not evaluated.</param>
/// <param name="Tested">The metrics with intervals.</param>
/// <param name="Notes">What could not be measured, for a person.</param>
internal sealed record SplitResult(List<Measurement> Measurements, RetrievalResult? Ranks, TestedMetrics Tested, List<string> Notes);
