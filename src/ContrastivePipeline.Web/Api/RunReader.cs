using System.Text.Json;

namespace ContrastivePipeline.Web.Api;

/// <summary>
/// Reads runs and what they made for many readers at once: they share reads of records that are at most half a second old, and what a
/// run made is read again only when it has done more.
/// </summary>
public sealed class RunReader(ArtifactStore store, RunStore runs, TimeProvider time)
{
    // What a run made can change without its record only where somebody deleted an artifact and another run made it again.
    private static readonly TimeSpan ProductsFreshness = TimeSpan.FromSeconds(30);

    private readonly SharedReads<RunRecord?> _records = new(time, TimeSpan.FromMilliseconds(500), capacity: 256);
    private readonly SharedReads<RunArtifacts> _artifacts = new(time, ProductsFreshness, capacity: 32);
    private readonly SharedReads<IReadOnlyList<TrainingCurve>> _curves = new(time, ProductsFreshness, capacity: 8);
    private readonly SharedReads<IReadOnlyList<Measurement>> _measurements = new(time, ProductsFreshness, capacity: 32);
    private readonly SharedReads<RunCosts> _costs = new(time, ProductsFreshness, capacity: 32);

    /// <summary>The run of an id.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public async Task<RunRecord> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            if (RequestCheck.IsName(id)
                && await _records.GetAsync(id, () => runs.GetAsync(id, CancellationToken.None), cancellationToken) is { } run)
            {
                return run;
            }
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidDataException)
        {
            throw new ApiException(Problem.Of(500, "record-damaged", "The run's record is damaged",
                $"The record of run '{id}' in the store cannot be read: {damaged.Message} Its artifacts are not touched; "
                + "restore runs/EXPERIMENT/RUN/run.json from a backup, or start the experiment again: what is done is used again."));
        }
        throw new ApiException(Problem.NotFound("There is no run of this id.", "GET /api/runs lists the runs."));
    }

    /// <summary>Has the next reader of a run's record read it anew, because it was just changed here.</summary>
    public void Forget(string id) => _records.Forget(id);

    /// <summary>Every artifact of a run so far, but for those of stages whose manifests are no longer in the store.</summary>
    public Task<RunArtifacts> ArtifactsAsync(RunRecord run, CancellationToken cancellationToken) =>
        _artifacts.GetAsync(Stamp(run), () => RunArtifacts.ReadAsync(store, run, CancellationToken.None), cancellationToken);

    /// <summary>Every number of a run so far.</summary>
    public Task<IReadOnlyList<Measurement>> MeasurementsAsync(RunRecord run, CancellationToken cancellationToken) =>
        _measurements.GetAsync(
            Stamp(run), () => new RunProducts(store, run).ReadMeasurementsAsync(CancellationToken.None), cancellationToken);

    /// <summary>The training curves of a run so far.</summary>
    public Task<IReadOnlyList<TrainingCurve>> CurvesAsync(RunRecord run, CancellationToken cancellationToken) =>
        _curves.GetAsync(Stamp(run), () => RunCurves.ReadAsync(store, run, CancellationToken.None), cancellationToken);

    /// <summary>What a run cost so far.</summary>
    public Task<RunCosts> CostsAsync(RunRecord run, CancellationToken cancellationToken) =>
        _costs.GetAsync(Stamp(run), () => RunCosts.ReadAsync(store, run, CancellationToken.None), cancellationToken);

    private static string Stamp(RunRecord run) =>
        $"{run.Id}/{run.Session}/{run.Stages.Count(stage => stage.State == RunState.Completed)}";
}

/// <summary>
/// Whether runs that say they are running have a process. To look costs the store a lock, so the answer is kept for seconds and shared.
/// </summary>
public sealed class RunActivity(RunStore runs, TimeProvider time)
{
    private readonly SharedReads<bool> _looks = new(time, TimeSpan.FromSeconds(5), capacity: 256);

    /// <summary>Whether a process works on the run.</summary>
    public async Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken) =>
        run.State == RunState.Running
        // A resumed run is another session, and was not looked at yet.
        && await _looks.GetAsync($"{run.Id}/{run.Session}", () => runs.IsActiveAsync(run, CancellationToken.None), cancellationToken);
}

/// <summary>The training curves of a run so far.</summary>
internal static class RunCurves
{
    /// <summary>Reads them from the segments that are done; what the store has no longer got is left out.</summary>
    public static async Task<IReadOnlyList<TrainingCurve>> ReadAsync(
        ArtifactStore store, RunRecord run, CancellationToken cancellationToken)
    {
        var done = await RunManifests.ReadAsync(store, run, stage => stage.Name == PipelineStages.Train.Name, _ => { }, cancellationToken);
        var segments = done.Select(segment => (
            Input: WorkflowJson.FromElement<TrainSegmentInput>(segment.Manifest.Input),
            Output: WorkflowJson.FromElement<TrainedSegment>(segment.Manifest.Output)));
        var curves = new List<TrainingCurve>();
        foreach (var trial in segments.GroupBy(segment => (segment.Input.Variant, Seed: checked((int)segment.Input.Recipe.Seed))))
        {
            var parts = trial.OrderBy(segment => segment.Input.From).Select(segment => segment.Output.Curve);
            try
            {
                curves.Add(await StoredCurves.ReadAsync(store, trial.Key.Variant, trial.First().Input.Recipe, parts, cancellationToken));
            }
            catch (StoreException gone) when (gone is ArtifactMissingException or ArtifactCorruptException)
            {
                // A curve with a hole would be drawn as if nothing were missing: this trial has none, the others have theirs.
            }
        }
        return curves;
    }

    /// <summary>A curve with so many points at most, evenly chosen, the first and the last among them.</summary>
    public static TrainingCurve Thin(TrainingCurve curve, int points)
    {
        var last = curve.Points.Count - 1;
        if (last < points)
            return curve;
        var chosen = Enumerable.Range(0, points).Select(i => points == 1 ? last : (int)((long)i * last / (points - 1)));
        return curve with { Points = [.. chosen.Select(i => curve.Points[i])] };
    }
}
