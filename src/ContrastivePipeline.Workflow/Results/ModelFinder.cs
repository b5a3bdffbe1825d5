using System.Globalization;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Finds a trained model of a run, by default the best one.</summary>
public sealed class ModelFinder(ArtifactStore store, RunRecord run)
{
    /// <summary>One model.</summary>
    /// <param name="variant">Its variant; null for the one with the best text → media R@1, averaged over seeds and splits, or the last of
    /// the experiment where none was measured.</param>
    /// <param name="seed">Its seed; null for the first that the variant has.</param>
    /// <exception cref="ResultMissingException">There is no such model.</exception>
    public async Task<ModelChoice> FindAsync(string? variant, long? seed, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(cancellationToken);
        var models = all.Where(m => variant is null || m.Model.Variant == variant)
            .Where(m => seed is null || m.Model.Seed == seed).ToArray();
        if (models.Length == 0)
            throw Missing(variant, seed, [.. all.Select(m => m.Model)]);
        var (best, why) = variant is null ? await BestAsync([.. models.Select(m => m.Model.Variant)], cancellationToken) : (variant, "");
        var (model, output) = models.Where(m => m.Model.Variant == best).MinBy(m => m.Model.Seed);
        var seeds = all.Where(m => m.Model.Variant == best).Select(m => m.Model.Seed).Distinct().Order().ToArray();
        return new ModelChoice(model, output, why, seeds);
    }

    // Of each model what it embedded of one dataset, with media if there is one: the one that it was trained on, or else the first. Older
    // programs embedded all in one stage, newer ones have a stage for each split and each list of prompts.
    private async Task<(EmbedInput Model, EmbeddedTrial Output)[]> ReadAsync(CancellationToken cancellationToken)
    {
        var stages = await RunManifests.ReadAsync(
            store, run, stage => stage.Name == PipelineStages.Embed.Name, _ => { }, cancellationToken);
        var embedded = stages.Select(done => (
            Model: WorkflowJson.FromElement<EmbedInput>(done.Manifest.Input),
            Output: WorkflowJson.FromElement<EmbeddedTrial>(done.Manifest.Output)));
        var trained = run.TrainedDataset();
        return
        [
            .. embedded.GroupBy(one => (one.Model.Variant, one.Model.Seed)).Select(model =>
                model.GroupBy(one => one.Model.Dataset.Manifest)
                    .OrderBy(one => one.First().Model.Dataset.IsOfTexts).ThenBy(one => one.First().Model.Dataset.Name != trained).First())
            .Select(of => (
                of.First().Model,
                new EmbeddedTrial([.. of.SelectMany(one => one.Output.Splits)], [.. of.SelectMany(one => one.Output.Classes)]))),
        ];
    }

    private async Task<(string Variant, string Why)> BestAsync(HashSet<string> variants, CancellationToken cancellationToken)
    {
        if (variants.Count == 1)
            return (variants.Single(), "the only variant");
        var products = new RunProducts(store, run);
        var measured = await products.ReadMeasurementsAsync(_ => { }, cancellationToken);
        if (BestVariant.Of(measured.Where(m => variants.Contains(m.Variant))) is not { } best)
            return (products.Variants.Last(variants.Contains), "the last variant; none is evaluated yet");
        return (best.Variant, string.Create(CultureInfo.InvariantCulture,
            $"the best of {best.Compared} variants by text → media R@1 on {string.Join(", ", best.Splits)}: {100 * best.Recall:0.0} %"));
    }

    private ResultMissingException Missing(string? variant, long? seed, EmbedInput[] models)
    {
        var known = models.Select(model => $"{model.Variant} (seed {model.Seed})").Order(StringComparer.Ordinal).ToArray();
        return new ResultMissingException($"Run '{run.Id}' has no trained model of "
            + $"{(variant is null ? "any variant" : $"variant '{variant}'")}{(seed is null ? "" : $" with seed {seed}")}; "
            + (known.Length > 0 ? $"it has {string.Join(", ", known)}." : "it has trained none yet."));
    }
}

/// <summary>A trained model of a run, and why it was taken.</summary>
/// <param name="Why">For example <c>the best of 6 variants by text → media R@1 on seen: 46.2 %</c>; empty where it was asked for.</param>
/// <param name="Seeds">The training seeds that the variant has in the run, ascending.</param>
public sealed record ModelChoice(EmbedInput Model, EmbeddedTrial Embedded, string Why, IReadOnlyList<long> Seeds)
{
    /// <summary>The variant.</summary>
    public string Variant => Model.Variant;

    /// <summary>The training seed.</summary>
    public long Seed => Model.Seed;
}
