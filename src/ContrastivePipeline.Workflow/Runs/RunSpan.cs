using System.Diagnostics;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>The span of what one process does for a run; a run that was resumed has several in its trace.</summary>
internal sealed class RunSpan : IRunObserver, IDisposable
{
    private readonly Activity? _span;

    private RunSpan(Activity? span) => _span = span;

    /// <summary>Begins it, inside <see cref="CurrentRun.Enter"/>.</summary>
    public static RunSpan Begin(RunRecord run) => new(PipelineTelemetry.StartSpan("run")?
        .SetTag("contrastive.experiment", run.Experiment).SetTag("contrastive.session", run.Session));

    public void Observe(RunEvent happened)
    {
        if (happened is not RunFinished finished)
            return;
        _span?.SetTag(PipelineTelemetry.OutcomeTag, finished.State.ToString().ToLowerInvariant());
        if (finished.State == RunState.Failed)
            _span?.SetStatus(ActivityStatusCode.Error, finished.Error);
    }

    public void Dispose() => _span?.Dispose();
}
