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
    /// <summary>The experiment's variants, in its order.</summary>
    public IReadOnlyList<string> Variants =>
        [.. WorkflowJson.FromElement<ReproductionInput>(run.Input).Experiment.Variants.Select(variant => variant.Name)];

    /// <summary>Every number measured so far, in the experiment's order of seeds and variants.</summary>
    public async Task<IReadOnlyList<Measurement>> ReadMeasurementsAsync(CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        foreach (var manifest in await ReadAsync(ReproductionStages.Evaluate.Name, cancellationToken))
        {
            var evaluated = WorkflowJson.FromElement<EvaluatedTrial>(manifest.Output);
            measurements.AddRange(await EvaluateStage.ReadAsync(store, evaluated.Measurements, cancellationToken));
        }
        var variants = Variants.ToList();
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

    private async Task<IReadOnlyList<StageManifest>> ReadAsync(string stage, CancellationToken cancellationToken) =>
        [.. (await RunManifests.ReadAsync(store, run, s => s.Name == stage, cancellationToken)).Select(done => done.Manifest)];
}
