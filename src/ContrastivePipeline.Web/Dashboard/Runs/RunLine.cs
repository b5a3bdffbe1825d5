using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>A run with what a page says of it.</summary>
/// <param name="Run">Its record.</param>
/// <param name="Active">Whether a process works on it.</param>
/// <param name="Input">What it was started with; null where another version of the program wrote it and this one cannot read it.</param>
public sealed record RunLine(RunRecord Run, bool Active, PipelineInput? Input)
{
    private static readonly ConditionalWeakTable<RunRecord, ReadInput> Inputs = [];
    private StageNode? _tree;

    /// <summary>Its experiment; null where it cannot be read.</summary>
    public Experiment? Experiment => Input?.Experiment;

    /// <summary>Its stages; null where its experiment cannot be read.</summary>
    public StageNode? Tree => _tree ??= Input is null ? null : StageTree.Of(Run, Input, Active);

    /// <summary>The dataset that it works on, without its version; null where its experiment cannot be read.</summary>
    public string? Dataset => Input?.Stored?.Name ?? Experiment?.Dataset.Name;

    /// <summary>How it is.</summary>
    public RunCondition Condition => RunSummary.ConditionOf(Run, Active);

    /// <summary>Whether it was asked to stop and has not yet.</summary>
    public bool Stopping => Active
        && Run.Log.LastOrDefault(l => l.Stage.Length == 0) is { Text: var last }
        && last == RunLogLine.Of(new RunStopRequested(default, Run.Id))!.Text;

    /// <summary>The dataset version that it works on; null while that is not made.</summary>
    public async Task<DatasetVersion?> DatasetAsync(ArtifactStore store, CancellationToken cancellationToken)
    {
        if (Input?.Stored is { } stored)
            return stored;
        var done = await RunManifests.ReadAsync(
            store, Run, s => s.Name == PipelineStages.PrepareDataset.Name && s.Label == Dataset, _ => { }, cancellationToken);
        return done.Count > 0 ? WorkflowJson.FromElement<DatasetVersion>(done[^1].Manifest.Output) : null;
    }

    /// <summary>Reads the input out of a record, once as long as the record is kept.</summary>
    public static RunLine Of(RunRecord run, bool active) => new(run, active, Inputs.GetValue(run, Read).Input);

    private static ReadInput Read(RunRecord run)
    {
        try
        {
            return new ReadInput(WorkflowJson.FromElement<PipelineInput>(run.Input));
        }
        catch (JsonException)
        {
            return new ReadInput(null);
        }
    }

    private sealed record ReadInput(PipelineInput? Input);
}
