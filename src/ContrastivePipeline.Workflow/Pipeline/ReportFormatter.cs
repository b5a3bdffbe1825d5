using System.Runtime.InteropServices;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Configurations, runs and variants in a report's words.</summary>
internal static class ReportFormatter
{
    /// <summary>What the emoji dataset's splits hold; other sources' splits go by their names.</summary>
    public static IReadOnlyDictionary<string, string> SplitTitles { get; } = new Dictionary<string, string>
    {
        ["seen"] = "seen concept, unseen drawing",
        ["unseen"] = "unseen concept",
    };

    public static ExperimentSummary Experiment(
        ReportInput input, RunRecord? run, IReadOnlyList<StageDuration> stages, DateTimeOffset now) => new(
        input.Experiment.Name, input.RunId, input.Yaml, $"contrastive run {input.Experiment.Name}", ProgramVersion.Text,
        $"{run?.Machine ?? Environment.MachineName}: {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET "
            + $"{Environment.Version}",
        run?.Started ?? now, now, stages)
        {
            Running = run?.RunningTime(active: true, now),
            MediaWord = MediaKinds.Of(input.Experiment.Dataset.Media).Name,
        };

    public static IReadOnlyList<VariantSummary> Variants(Experiment experiment)
    {
        VariantSummary[] variants =
        [
            .. experiment.Variants.Select(
                v => new VariantSummary(v.Name, Title(v.Name), Weights(v.Objectives), null) { IsTrained = v.IsTrained, Start = v.From?.Path }),
        ];
        return [.. variants.Select(v => v with { Baseline = Contrasts.BaselineOf(v, variants)?.Id })];
    }

    public static ModelSummary Model(ModelConfig model)
    {
        var (kind, text) = (MediaKinds.Of(model), model.Text);
        using var built = model.Create(seed: 0);
        var parameters = built.named_parameters().GroupBy(p => built.TowerOf(p.name))
            .Select(g => new ParameterCount(Title(g.Key, kind), g.Sum(p => p.parameter.numel()))).OrderByDescending(p => p.Count);
        return new ModelSummary(
            [
                new("shared embedding space", $"{model.EmbeddingSize} wide"),
                .. kind.Describe(model),
                new("language encoder",
                    $"Transformer, {text.Width} wide, {text.Layers} layers, {text.Heads} heads, dropout {text.Dropout}"),
                new("vocabulary", $"{text.VocabularySize} byte pairs, texts cut to {text.ContextLength} tokens"),
            ],
            [.. parameters]);
    }

    /// <summary>The settings of training; none where nothing was trained.</summary>
    /// <param name="recipes">Those of all trials.</param>
    /// <param name="triplesOf">Where the sentence triples are; null where the dataset has them.</param>
    public static IReadOnlyList<Setting> Training(
        IReadOnlyList<TrainingRecipe> recipes, DatasetVersion dataset, DatasetVersion? triplesOf = null)
    {
        if (recipes.Count == 0)
            return [];
        var recipe = recipes[0];
        var triples = recipes.FirstOrDefault(r => r.Objectives.Need(ObjectiveNeeds.Triples));
        return
        [
            new("batch size", $"{recipe.BatchSize}"),
            new("steps", $"{recipe.Schedule.TotalSteps}: {Passes(recipe, recipe.BatchSize, dataset.TrainingPairs)} training "
                + (dataset.IsOfTexts ? "sentences" : "pairs")),
            .. triples is null ? Array.Empty<Setting>() :
            [
                new("sentence triples for L_n",
                    $"{triples.TriplesPerStep} a step: {Passes(triples, triples.TriplesPerStep, (triplesOf ?? dataset).Triples)} triples"
                        + (triplesOf is null ? "" : $" of {triplesOf.Name}")),
            ],
            new("learning rate", $"{recipe.Schedule.BaseRate}, {recipe.Schedule.WarmupSteps} steps of warm-up, cosine to 0"),
            new("optimiser", $"AdamW, weight decay {recipe.Optimizer.WeightDecay} ({recipe.Optimizer.Decay}), β {recipe.Optimizer.Beta1}, "
                + $"{recipe.Optimizer.Beta2}"),
            new("gradient clipping", recipe.ClipNorm > 0 ? $"total norm {recipe.ClipNorm}" : "none"),
            new("augmentation", MediaKinds.Of(recipe.Model).Describe(recipe.Augmentation)),
            .. Towers(recipe),
            new("space of L_s and L_n", recipe.SentenceSpace == SentenceSpace.Projected ? "projected embeddings"
                : "encoder output behind SimCSE's head"),
            new("temperature of L_s and L_n", $"{recipe.SentenceTemperature}"),
        ];
    }

    // For example "13.9 passes over 4,797".
    private static string Passes(TrainingRecipe recipe, int batch, int count) =>
        $"{(double)recipe.Schedule.TotalSteps * batch / count:0.0} passes over {count:N0}";

    private static IEnumerable<Setting> Towers(TrainingRecipe recipe) =>
        from tower in new[] { Tower.Media, Tower.Text }
        let training = recipe.Of(tower)
        where training is not null
        select new Setting(
            Title(tower, MediaKinds.Of(recipe.Model)), training.Frozen ? "frozen" : $"learning rate {training.LearningRate}");

    private static string Title(Tower tower, MediaKind kind) => tower switch
    {
        Tower.Media => $"{kind.Name} encoder",
        Tower.Text => "language encoder",
        _ => "logit scale",
    };

    internal static string Title(string name) => name.Replace("cyclip", "CyCLIP").Replace("clip", "CLIP").Replace("+ls", " + Ls")
        .Replace("+ln", " + Ln");

    /// <summary>All objectives.</summary>
    public static IReadOnlyList<ReportedObjective> Objectives { get; } = [.. ObjectiveList.All.Select(Of)];

    private static ReportedWeights Weights(ObjectiveWeights weights) => new(weights.Terms.Select(term => (Of(term.Objective), term.Weight)));

    private static ReportedObjective Of(Objective o) => new(o.Key, o.Symbol, o.WeightSymbol, o.Unit, o.Role switch
    {
        ObjectiveRole.Contrastive => ReportedRole.Contrastive,
        ObjectiveRole.InModal => ReportedRole.InModal,
        ObjectiveRole.Cyclic => ReportedRole.Cyclic,
        _ => ReportedRole.Sentence,
    });
}
