using ContrastivePipeline.Evaluation;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>What the stages of a run have made so far, read from their manifests: a run need not be complete.</summary>
/// <param name="store">The store.</param>
/// <param name="run">The run.</param>
public sealed class RunProducts(ArtifactStore store, RunRecord run)
{
    /// <summary>Every number measured so far, in the experiment's order of seeds and variants.</summary>
    public async Task<IReadOnlyList<Measurement>> ReadMeasurementsAsync(CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        foreach (var manifest in await ReadAsync(ReproductionStages.Evaluate.Name, cancellationToken))
        {
            var evaluated = WorkflowJson.FromElement<EvaluatedTrial>(manifest.Output);
            measurements.AddRange(await EvaluateStage.ReadAsync(store, evaluated.Measurements, cancellationToken));
        }
        var variants = WorkflowJson.FromElement<ReproductionInput>(run.Input).Experiment.Variants.Select(variant => variant.Name).ToList();
        return [.. measurements.OrderBy(m => m.Seed).ThenBy(m => variants.IndexOf(m.Variant))];
    }

    /// <summary>Every model trained so far, with its data, tokenizer and checkpoint.</summary>
    public async Task<IReadOnlyList<EmbedInput>> ReadModelsAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync(ReproductionStages.Embed.Name, cancellationToken)).Select(manifest => WorkflowJson.FromElement<EmbedInput>(manifest.Input))];

    /// <summary>The report.</summary>
    /// <exception cref="ResultMissingException">The run has not come so far.</exception>
    public async Task<WrittenReport> ReadReportAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(ReproductionStages.Report.Name, cancellationToken)).Select(manifest => WorkflowJson.FromElement<WrittenReport>(manifest.Output)).LastOrDefault()
        ?? throw new ResultMissingException($"Run '{run.Id}' has no report yet. The 'contrastive run' command that began it goes on; "
            + "'contrastive results' shows what was measured so far.");

    /// <summary>One model.</summary>
    /// <param name="variant">Its variant; null where the run has one only, or for the last one of the experiment.</param>
    /// <param name="seed">Its seed; null for the first.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="ResultMissingException">There is no such model.</exception>
    public async Task<EmbedInput> FindModelAsync(string? variant, int? seed, CancellationToken cancellationToken)
    {
        var models = await ReadModelsAsync(cancellationToken);
        var found = models.Where(model => variant is null || model.Variant == variant).Where(model => seed is null || model.Recipe.Seed == seed)
            .OrderBy(model => model.Recipe.Seed).ToArray();
        if (found.Length > 0)
            return variant is null ? found.Last(model => model.Recipe.Seed == found[0].Recipe.Seed) : found[0];
        var known = models.Select(model => $"{model.Variant} (seed {model.Recipe.Seed})").Order(StringComparer.Ordinal).ToArray();
        throw new ResultMissingException($"Run '{run.Id}' has no trained model of "
            + $"{(variant is null ? "any variant" : $"variant '{variant}'")}{(seed is null ? "" : $" with seed {seed}")}; "
            + (known.Length > 0 ? $"it has {string.Join(", ", known)}." : "it has trained none yet."));
    }

    private async Task<IReadOnlyList<StageManifest>> ReadAsync(string stage, CancellationToken cancellationToken) =>
        [.. (await RunManifests.ReadAsync(store, run, s => s.Name == stage, cancellationToken)).Select(done => done.Manifest)];
}
