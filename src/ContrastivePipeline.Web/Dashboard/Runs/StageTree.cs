namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>The stages of a run, those to come too: data, then each variant with each seed, then the report.</summary>
internal sealed class StageTree
{
    private readonly ILookup<string, RunStage> _stages;
    private readonly bool _active;
    private readonly HashSet<RunStage> _placed = [];

    private StageTree(RunRecord run, bool active)
    {
        _stages = run.Stages.ToLookup(s => s.Name);
        _active = active;
    }

    /// <summary>The tree of a run.</summary>
    /// <param name="run">Its record.</param>
    /// <param name="input">What it was started with.</param>
    /// <param name="active">Whether a process works on it; what seems to run without one has stopped.</param>
    public static StageNode Of(RunRecord run, PipelineInput input, bool active)
    {
        var tree = new StageTree(run, active);
        List<StageNode> phases =
        [
            StageNode.Group("stage-data", "Data", tree.Data(input)),
            StageNode.Group("stage-training", "Train and measure", tree.Variants(input.Experiment)),
            tree.First("stage-report", "Write report", PipelineStages.Report.Name),
        ];
        if (tree.Others(run) is { Count: > 0 } others)
            phases.Add(StageNode.Group("stage-others", "Other stages", others));
        return StageNode.Group("stage-run", "Run", phases);
    }

    private List<StageNode> Data(PipelineInput input)
    {
        // A stored version needs no preparation.
        string[] prepared =
        [
            .. input.Datasets.Select(dataset => dataset.Prepare).OfType<PrepareDatasetInput>().Select(prepare => prepare.Spec.Name),
        ];
        return
        [
            .. prepared.Select((name, i) => Leaf(
                i == 0 ? "stage-prepare" : $"stage-prepare{i}", prepared.Length == 1 ? "Prepare dataset" : $"Prepare {name}",
                Find(PipelineStages.PrepareDataset.Name, name))),
            .. input.Experiment.Tokenizer is null ? Array.Empty<StageNode>()
                : [First("stage-tokenizer", "Make tokenizer", PipelineStages.Tokenizer.Name)],
        ];
    }

    private List<StageNode> Variants(Experiment experiment) =>
        [.. experiment.Variants.Select((v, i) => v.IsTrained
            ? Variant($"stage-v{i}", v.Name, experiment.Training!)
            : Trial($"stage-v{i}", RunFormatter.Variant(v.Name), v.Name, PipelineWorkflow.NoSeed, null))];

    private StageNode Variant(string id, string variant, TrainingSection training)
    {
        var title = RunFormatter.Variant(variant);
        string Title(int seed) => training.Seeds.Count == 1 ? title : $"Seed {seed}";
        StageNode[] seeds = [.. training.Seeds.Select(seed => Trial($"{id}-s{seed}", Title(seed), variant, seed, training))];
        return seeds.Length == 1 ? seeds[0] : StageNode.Group(id, title, seeds);
    }

    private StageNode Trial(string id, string title, string variant, int seed, TrainingSection? training)
    {
        var label = $"{variant}-seed-{seed}";
        return StageNode.Group(id, title,
        [
            .. training is not null ? Segments(id, label, training)
                : _stages[PipelineStages.ImportWeights.Name].Where(s => s.Label == variant).Select(s => Leaf($"{id}-import", "Read weights", s)),
            .. _stages[PipelineStages.MatchEmbeddings.Name].Any(s => s.Label.StartsWith(label + "-", StringComparison.Ordinal))
                ? Begun($"{id}-embed", "Match embeddings", PipelineStages.MatchEmbeddings.Name, label)
                : Begun($"{id}-embed", "Embed images and captions", PipelineStages.Embed.Name, label),
            .. Begun($"{id}-evaluate", "Measure", PipelineStages.Evaluate.Name, label),
        ]);
    }

    private IEnumerable<StageNode> Segments(string id, string label, TrainingSection training)
    {
        var begun = _stages[PipelineStages.Train.Name]
            .Where(s => s.Label.StartsWith(label + "-steps-", StringComparison.Ordinal)).ToList();
        if (training.Steps is not { } steps)
        {
            // How many steps the epochs make is known once the data are.
            return begun.Count > 0
                ? begun.Select((s, i) => Leaf($"{id}-t{i}", $"Train {s.Label[(label.Length + 1)..].Replace('-', ' ')}", s))
                : [Leaf($"{id}-t0", "Train", null)];
        }
        return Enumerable.Range(0, (steps + training.Segment - 1) / training.Segment).Select(i =>
        {
            var (from, to) = (i * training.Segment, Math.Min((i + 1) * training.Segment, steps));
            return Leaf($"{id}-t{i}", $"Train, steps {from + 1} to {to}", begun.Find(s => s.Label == $"{label}-steps-{from}-{to}"));
        });
    }

    // How many there will be is known once the data are: a stage for each dataset, split and list of prompts.
    private IEnumerable<StageNode> Begun(string id, string title, string name, string label)
    {
        var begun = _stages[name].Where(s => s.Label == label || s.Label.StartsWith(label + "-", StringComparison.Ordinal)).ToList();
        return begun.Count == 0 ? [Leaf(id, title, null)]
            : begun.Select((s, i) => Leaf(i == 0 ? id : $"{id}{i}", $"{title}{Of(s)}", s));

        string Of(RunStage stage) => begun.Count == 1 || stage.Label.Length == label.Length ? "" : $", {stage.Label[(label.Length + 1)..]}";
    }

    private StageNode First(string id, string title, string name) => Leaf(id, title, _stages[name].FirstOrDefault());

    private RunStage? Find(string name, string label) => _stages[name].FirstOrDefault(s => s.Label == label);

    private List<StageNode> Others(RunRecord run) =>
        [.. run.Stages.Where(s => !_placed.Contains(s)).Select((s, i) => Leaf($"stage-other{i}", $"{s.Name} {s.Label}".TrimEnd(), s))];

    private StageNode Leaf(string id, string title, RunStage? stage)
    {
        if (stage is not null)
            _placed.Add(stage);
        return new StageNode(id, title, StateOf(stage), stage, []);
    }

    private NodeState StateOf(RunStage? stage) => stage?.State switch
    {
        null => NodeState.Waiting,
        RunState.Completed => stage.Cached ? NodeState.Cached : NodeState.Done,
        RunState.Failed => NodeState.Failed,
        RunState.Running when _active => NodeState.Running,
        _ => NodeState.Stopped,
    };
}
