namespace ContrastivePipeline.Workflow.Control;

/// <summary>Starts experiments when it is time, but none whose inputs are what they were when it last ran or is running. What was decided,
/// and why, is kept: <c>schedule/{yyyyMMdd-HHmmss}.json</c>, with <c>-2</c> and so on before the dot for others of the same second.
/// </summary>
public sealed class ScheduledStarts(ArtifactStore store, PipelineRequests requests, IRunControl control, TimeProvider time)
{
    private readonly RunStore _runs = new(store);

    /// <summary>Starts what there is reason to start.</summary>
    /// <param name="cancellationToken">Stops it; later experiments are skipped.</param>
    /// <returns>What was decided for each. One that cannot be started keeps none of the others from it.</returns>
    /// <exception cref="AggregateException">Experiments could not be started through no fault of theirs, for example because the host did
    /// not answer. The others were, and the decisions are kept.</exception>
    public async Task<IReadOnlyList<ScheduleDecision>> RunAsync(IReadOnlyList<string> experiments, CancellationToken cancellationToken)
    {
        var decisions = new List<ScheduleDecision>();
        var faults = new List<Exception>();
        foreach (var experiment in experiments)
        {
            try
            {
                decisions.Add(await DecideAsync(experiment, cancellationToken));
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                faults.Add(fault);
                decisions.Add(new ScheduleDecision(experiment, null, Started: false, fault.Message));
            }
        }
        if (decisions.Count > 0)
            await KeepAsync(decisions, cancellationToken);
        return faults.Count == 0 ? decisions
            : throw new AggregateException("Not every experiment of the schedule could be looked at.", faults);
    }

    private async Task KeepAsync(List<ScheduleDecision> decisions, CancellationToken cancellationToken)
    {
        var (name, content) = ($"schedule/{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}", WorkflowJson.ToBytes(decisions));
        // Another host, or a person, may have looked within the same second.
        for (var (number, path) = (1, $"{name}.json"); !await store.TryCreateAsync(path, content, cancellationToken);)
            path = $"{name}-{++number}.json";
    }

    private async Task<ScheduleDecision> DecideAsync(string experiment, CancellationToken cancellationToken)
    {
        RunRecord? same = null;
        try
        {
            var start = new RunStart(experiment, null);
            var text = await requests.ReadAsync(start, null, cancellationToken);
            var request = await requests.CreateAsync(text, store, null, fresh: false, cancellationToken);
            var last = await _runs.LatestAsync(request.Experiment, cancellationToken);
            same = last?.InputFingerprint == Fingerprint.Of(request.Input) ? last : null;
            if (same is { State: RunState.Completed })
            {
                return new ScheduleDecision(
                    experiment, same.Id, Started: false, $"Nothing has changed since run {same.Id}, which is complete.");
            }
            // A record may say that a run is running whose host died; whether one is, the control knows.
            var ticket = await control.StartAsync(start, cancellationToken);
            var why = ticket.Resumed ? "Continues." : last is null ? "First run." : "Inputs have changed.";
            return new ScheduleDecision(experiment, ticket.RunId, Started: true, why);
        }
        catch (RunBusyException) when (same is not null)
        {
            return new ScheduleDecision(experiment, same.Id, Started: false, $"Run {same.Id} with the same inputs is running.");
        }
        catch (Exception fault) when (IsItsOwn(fault))
        {
            return new ScheduleDecision(experiment, null, Started: false, fault.Message);
        }
    }

    /// <summary>Whether a fault is of one experiment, and not of the store or the program.</summary>
    private static bool IsItsOwn(Exception fault) =>
        fault is RunRequestException or ExperimentInvalidException or RunBusyException or RunLimitException or RunStateException
            or Data.SourceException or Data.Versions.DatasetNotFoundException or IOException;
}

/// <summary>What became of an experiment when it was time.</summary>
/// <param name="RunId">The run that was started, or the one because of which none was; null where neither is.</param>
public sealed record ScheduleDecision(string Experiment, string? RunId, bool Started, string Reason);
