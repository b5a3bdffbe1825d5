namespace ContrastivePipeline.Workflow.Runs;

/// <summary>What an event does to a run's record.</summary>
internal static class RunRecordReducer
{
    public static RunRecord After(this RunRecord run, RunEvent happened)
    {
        if (RunLogLine.Of(happened) is { } line)
            run = run with { Log = [.. run.Log.TakeLast(RunRecord.LogLength - 1), line] };
        // The end of a run may be noted by another process, long after the one that worked on it had died.
        if (happened is not RunFinished)
            run = run.SeenAt(happened.At);
        return happened switch
        {
            WorkflowReported { Instance: "" } reported => run with { Status = reported.Status },
            RunTurnCame => run.WaitedUntil(happened.At),
            RunQueued => run with { Status = new WorkflowStatus("waiting for other runs", 0, 1) },
            StageEvent stage => run with { Stages = After(run.Stages, stage) },
            _ => run,
        };
    }

    private static RunStage[] After(IReadOnlyList<RunStage> stages, StageEvent happened)
    {
        var next = stages.ToArray();
        var index = Array.FindIndex(next, stage => stage.Fingerprint == happened.Stage.Fingerprint);
        var before = index >= 0 ? next[index] : Begin(happened);
        var after = After(before, happened);
        if (index < 0)
            return [.. next, after];
        next[index] = after;
        return next;
    }

    private static RunStage Begin(StageEvent happened) => new(
        happened.Stage.Name, happened.Stage.Label, happened.Stage.Fingerprint, happened.Stage.ManifestPath,
        RunState.Running, Cached: false, Attempts: 0, Seconds: 0, Progress: null, Error: null);

    private static RunStage After(RunStage stage, StageEvent happened) => happened switch
    {
        // A stage that this very run did in an earlier session keeps the account of how it was done.
        StageCached => stage with { State = RunState.Completed, Cached = stage.Attempts == 0, Error = null },
        StageStarted started => stage with
        {
            State = RunState.Running,
            Cached = false,
            Attempts = started.Attempt,
            LostWorkers = started.Attempt == 1 ? 0 : stage.LostWorkers,
            Started = started.Attempt == 1 ? started.At : stage.Started,
            Finished = null,
        },
        StageProgressed progressed => stage with { Progress = progressed.Progress },
        StageRetried retried => stage with { Error = retried.Error, Lost = stage.Lost + retried.Usage },
        StageLost => stage with { LostWorkers = stage.LostWorkers + 1 },
        StageCompleted completed => stage with
        {
            State = RunState.Completed,
            Attempts = completed.Attempts,
            Seconds = completed.Usage.Seconds,
            Finished = completed.At,
            Error = null,
            Usage = completed.Usage,
        },
        StageFailed failed => stage with
        {
            State = failed.Interrupted ? RunState.Interrupted : RunState.Failed,
            Attempts = failed.Attempts,
            Finished = failed.At,
            Error = failed.Interrupted ? null : failed.Error,
            Lost = stage.Lost + failed.Usage,
        },
        _ => stage,
    };
}
