namespace ContrastivePipeline.Reporting;

/// <summary>Everything a report shows. Lists that a run has nothing for are left empty; their sections are left out.</summary>
/// <param name="Experiment">What was run, when and on what.</param>
/// <param name="Datasets">The dataset versions that the run read, the training set first.</param>
/// <param name="Model">The model, the same for every variant.</param>
/// <param name="Training">Training settings by name, in the order to show them.</param>
/// <param name="Variants">The variants, in the order to show them.</param>
/// <param name="Measurements">Every number of every variant and seed.</param>
/// <exception cref="ArgumentException">Thrown by the writers where a part names a variant that is not listed.</exception>
public sealed record ReportData(
    ExperimentSummary Experiment,
    IReadOnlyList<ReportedDataset> Datasets,
    ModelSummary Model,
    IReadOnlyList<Setting> Training,
    IReadOnlyList<VariantSummary> Variants,
    IReadOnlyList<Measurement> Measurements)
{
    /// <summary>The objectives that a variant can have, in the order to show them.</summary>
    public IReadOnlyList<ReportedObjective> Objectives { get; init; } = [];

    /// <summary>Training curves, one a variant and seed.</summary>
    public IReadOnlyList<TrainingCurve> Curves { get; init; } = [];

    /// <summary>What the results cost, by stage; empty where it is not known.</summary>
    public IReadOnlyList<StageCost> Costs { get; init; } = [];

    /// <summary>Differences to the baseline, tested over the test items.</summary>
    public IReadOnlyList<PairedDifference> Differences { get; init; } = [];

    /// <summary>How the test media spread over the classes of zero-shot classification.</summary>
    public IReadOnlyList<ClassCounts> ClassCounts { get; init; } = [];

    /// <summary>Similarities of matched and unmatched pairs, one a variant.</summary>
    public IReadOnlyList<PairSimilarities> Similarities { get; init; } = [];

    /// <summary>2-D maps of the shared embedding space, one a variant; a few hundred pairs each.</summary>
    public IReadOnlyList<EmbeddingMap> Maps { get; init; } = [];

    /// <summary>Queries with what the model found.</summary>
    public IReadOnlyList<RetrievalExample> Examples { get; init; } = [];

    /// <summary>The training seeds that have measurements, ascending.</summary>
    public IReadOnlyList<int> Seeds => [.. Measurements.Select(m => m.Seed).Distinct().Order()];

    /// <summary>The objectives that some variant has.</summary>
    internal IEnumerable<ReportedObjective> ObjectivesInUse => Objectives.Where(o => Variants.Any(v => v.Objectives[o.Key] > 0));

    internal VariantSummary Variant(string id) =>
        Variants.FirstOrDefault(v => v.Id == id)
        ?? throw new ArgumentException($"The report has no variant '{id}'; it has {string.Join(", ", Variants.Select(v => v.Id))}.");

    /// <summary>What a split holds, in words; its id where nobody named it.</summary>
    internal string SplitTitle(string dataset, string split) =>
        Datasets.FirstOrDefault(d => d.Name == dataset) is { } found && found.SplitTitles.TryGetValue(split, out string? title)
            ? title
            : split;

    /// <summary>Refuses data whose parts would be left out of the report without a word.</summary>
    internal void Validate()
    {
        var named = Measurements.Select(m => m.Variant).Concat(Curves.Select(c => c.Variant)).Concat(Differences.Select(d => d.Variant))
            .Concat(Differences.Select(d => d.Baseline)).Concat(Similarities.Select(h => h.Variant)).Concat(Maps.Select(m => m.Variant))
            .Concat(Examples.Select(e => e.Variant)).Concat(Variants.Select(v => v.Baseline).OfType<string>());
        foreach (string id in named.Distinct())
            _ = Variant(id);
        var byKey = Measurements.GroupBy(m => (m.Variant, m.Seed, m.Metric, m.Dataset, m.Version, m.Split));
        foreach (var same in byKey.Where(g => g.Count() > 1))
            throw new ArgumentException($"{same.Count()} measurements of {same.Key}: one number of a run has one value.");
    }
}

/// <summary>A named setting in words.</summary>
/// <param name="Name">For example <c>batch size</c>.</param>
/// <param name="Value">For example <c>128</c>.</param>
public sealed record Setting(string Name, string Value);

/// <summary>What was run, when and on what.</summary>
/// <param name="Command">The command that runs it again.</param>
/// <param name="CodeVersion">Version of this program.</param>
/// <param name="Machine">Machine, threads and native library, in words.</param>
/// <param name="Finished">When the last stage before the report ended.</param>
/// <param name="Stages">Time by stage, in the order they ran.</param>
public sealed record ExperimentSummary(
    string Name,
    string RunId,
    string Yaml,
    string Command,
    string CodeVersion,
    string Machine,
    DateTimeOffset Started,
    DateTimeOffset Finished,
    IReadOnlyList<StageDuration> Stages)
{
    /// <summary>How long the run was worked on until <see cref="Finished"/>, without the time between its sessions; null where that is not
    /// known.</summary>
    public TimeSpan? Running { get; init; }

    /// <summary>What one media item is called.</summary>
    public string MediaWord { get; init; } = "image";
}

/// <summary>Time that a stage took.</summary>
/// <param name="Stage">Name of the stage, with variant and seed where it has them.</param>
/// <param name="Duration">For how long the executions that ended well worked; of a segmented stage, of all its segments.</param>
public sealed record StageDuration(string Stage, TimeSpan Duration);

/// <summary>The model in words and numbers.</summary>
/// <param name="Parameters">Parameters by part, for example media encoder, language encoder, logit scale.</param>
public sealed record ModelSummary(IReadOnlyList<Setting> Settings, IReadOnlyList<ParameterCount> Parameters);

/// <summary>Trainable parameters of a part of the model.</summary>
public sealed record ParameterCount(string Part, long Count);

/// <summary>One set of objectives.</summary>
/// <param name="Id">Identifier, for example <c>cyclip+ls</c>.</param>
/// <param name="Title">Name to show, for example <c>CyCLIP + Ls</c>.</param>
/// <param name="Objectives">Weights of the terms of L.</param>
/// <param name="Baseline">The variant to compare with; null for the first of its line.</param>
public sealed record VariantSummary(string Id, string Title, ReportedWeights Objectives, string? Baseline)
{
    /// <summary>The weights that its training started from; null for weights that were drawn. Variants with another start are not
    /// compared.</summary>
    public string? Start { get; init; }

    /// <summary>Whether it was trained here; what was not is compared with nothing.</summary>
    public bool IsTrained { get; init; } = true;
}

/// <summary>A dataset version as the report shows it.</summary>
public sealed record ReportedDataset(string Name, string Version, DataAccounting Accounting)
{
    /// <summary>What the splits hold, in words; a split that is not named here goes by its id.</summary>
    public IReadOnlyDictionary<string, string> SplitTitles { get; init; } = new Dictionary<string, string>();

    /// <summary>Class lists; their lengths give the chance level of zero-shot classification.</summary>
    public IReadOnlyList<LabelSet> LabelSets { get; init; } = [];

    /// <summary>Whose work the media and captions are, a line each, where their licences ask for it.</summary>
    public IReadOnlyList<string> Attributions { get; init; } = [];

    /// <summary>A few quarantined rows.</summary>
    public IReadOnlyList<QuarantineRow> QuarantinedExamples { get; init; } = [];

    /// <summary>Media that several splits have under different names.</summary>
    public IReadOnlyList<SplitCopies> Copies { get; init; } = [];

    /// <summary>Texts of each held-out split that other concepts or the training split have as well.</summary>
    public IReadOnlyList<RepeatedTexts> RepeatedTexts { get; init; } = [];

    /// <summary>Takes what the report needs from a manifest.</summary>
    public static ReportedDataset From(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new(manifest.Name, manifest.Version, manifest.Accounting) { LabelSets = manifest.LabelSets };
    }
}
