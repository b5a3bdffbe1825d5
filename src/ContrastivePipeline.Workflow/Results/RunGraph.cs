namespace ContrastivePipeline.Workflow.Results;

/// <summary>Which stage of a run made what of what.</summary>
internal sealed class RunGraph
{
    private readonly IReadOnlyList<RunManifests.Done> _stages;
    private readonly Dictionary<string, RunManifests.Done> _makers = new(StringComparer.Ordinal);

    public RunGraph(IReadOnlyList<RunManifests.Done> stages)
    {
        _stages = stages;
        foreach (var stage in stages)
        {
            foreach (var (_, artifact) in NamedArtifacts.In(stage.Manifest.Output))
                _makers.TryAdd(artifact.Path, stage);
        }
    }

    /// <summary>The stage that made an artifact; null for a dataset that was there before the run.</summary>
    public RunManifests.Done? MakerOf(string path) => _makers.GetValueOrDefault(path);

    /// <summary>The evaluation that a number is of; null where there is none.</summary>
    public RunManifests.Done? EvaluationOf(Measurement number) => Of<EvaluateInput>(PipelineStages.Evaluate.Name)
        .FirstOrDefault(s => (s.Input.Variant, s.Input.Seed, s.Input.Dataset.Name, s.Input.Dataset.Version)
            == (number.Variant, number.Seed, number.Dataset, number.Version)).Stage;

    /// <summary>A stage and every stage that led to it, the last first.</summary>
    public IReadOnlyList<RunManifests.Done> LeadingTo(RunManifests.Done last)
    {
        var found = new HashSet<RunManifests.Done>();
        var open = new Stack<RunManifests.Done>([last]);
        while (open.TryPop(out var stage))
        {
            if (!found.Add(stage))
                continue;
            foreach (var (_, artifact) in NamedArtifacts.In(stage.Manifest.Input))
            {
                if (MakerOf(artifact.Path) is { } maker)
                    open.Push(maker);
            }
        }
        // A run's stages stand in the order in which they began, and none begins before what it needs has ended.
        return [.. _stages.Where(found.Contains).Reverse()];
    }

    private IEnumerable<(RunManifests.Done Stage, TInput Input)> Of<TInput>(string name) =>
        _stages.Where(stage => stage.Stage.Name == name).Select(stage => (stage, WorkflowJson.FromElement<TInput>(stage.Manifest.Input)));
}
