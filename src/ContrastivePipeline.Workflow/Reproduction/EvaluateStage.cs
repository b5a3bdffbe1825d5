using System.Text.Json;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Evaluation;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>Turns stored embeddings into numbers, each with its provenance.</summary>
public sealed class EvaluateStage() : Stage<EvaluateInput, EvaluatedTrial>("evaluate", 1, StageResource.Cpu)
{
    /// <inheritdoc/>
    public override async Task<EvaluatedTrial> RunAsync(EvaluateInput input, StageContext context, CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        var plan = input.Plan;
        for (var i = 0; i < input.Embedded.Splits.Count; i++)
        {
            var split = input.Embedded.Splits[i];
            context.Progress.Report(new StageProgress(i, input.Embedded.Splits.Count, "splits", split.Split));
            var embeddings = await StoredEmbeddings.ReadAsync(context.Store, split, cancellationToken);
            var of = new Measurements(input.Variant, input.Seed, input.Dataset.Name, input.Dataset.Version, split.Split);
            if (plan.Retrieval!.Contains(split.Split))
                measurements.AddRange(of.Of(Retrieval.Evaluate(embeddings.Matched)));
            if (plan.Geometry!.Contains(split.Split))
                measurements.AddRange(of.Of(Geometry.Evaluate(embeddings.Matched)));
            foreach (var zeroShot in plan.ZeroShot.Where(z => z.Split == split.Split))
                measurements.AddRange(of.Of(zeroShot.Labels, await ClassifyAsync(input, zeroShot, embeddings, context.Store, cancellationToken)));
        }
        return new EvaluatedTrial(await context.Store.WriteAsync(
            context.Path("measurements.json"), JsonSerializer.SerializeToUtf8Bytes(measurements, JsonSerializerOptions.Web), cancellationToken));
    }

    /// <summary>Reads what a trial's evaluation wrote.</summary>
    public static async Task<IReadOnlyList<Measurement>> ReadAsync(ArtifactStore store, Artifact measurements, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<List<Measurement>>(await store.ReadAsync(measurements, cancellationToken), JsonSerializerOptions.Web)!;

    /// <inheritdoc/>
    protected override string Label(EvaluateInput input) => $"{input.Variant}-seed-{input.Seed}";

    private static async Task<ZeroShotResult> ClassifyAsync(
        EvaluateInput input, ZeroShotSection zeroShot, StoredEmbeddings embeddings, ArtifactStore store, CancellationToken cancellationToken)
    {
        var reader = new DatasetReader(store);
        var manifest = await reader.ReadManifestAsync(input.Dataset.Name, input.Dataset.Version, cancellationToken);
        var labels = await reader.ReadLabelsAsync(manifest, cancellationToken).Where(row => row.LabelSet == zeroShot.Labels)
            .ToDictionaryAsync(row => row.MediaId, row => row.Label, cancellationToken: cancellationToken);
        var media = embeddings.Media.Where(m => labels.ContainsKey(m.MediaId)).ToArray();
        if (media.Length == 0)
        {
            throw new PermanentStageException(
                $"No picture of split '{zeroShot.Split}' has a class of '{zeroShot.Labels}'. Correct evaluation.zero_shot in the experiment file.");
        }
        var embedded = input.Embedded.Classes.Single(
            c => c.Prompts.Labels == zeroShot.Labels && c.Prompts.Templates.SequenceEqual(zeroShot.Templates));
        var prompts = await Tables.Texts.ReadAllAsync(store, embedded.Classes, cancellationToken);
        return new ZeroShotClassifier(StoredEmbeddings.Matrix([.. prompts.Select(p => p.Embedding)]), zeroShot.Templates.Count)
            .Evaluate(StoredEmbeddings.Matrix([.. media.Select(m => m.Embedding)]), [.. media.Select(m => labels[m.MediaId])]);
    }
}
