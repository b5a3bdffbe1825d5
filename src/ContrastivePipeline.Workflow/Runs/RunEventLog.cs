using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Writes what happens in runs to a log, each line with its run and stage.</summary>
public sealed partial class RunEventLog(ILogger logger) : IRunObserver
{
    /// <inheritdoc/>
    public void Observe(RunEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (RunLogLine.Of(happened) is not { } line)
            return;
        var level = happened switch
        {
            StageRetried => LogLevel.Warning,
            StageFailed { Interrupted: false } or RunFinished { State: RunState.Failed } => LogLevel.Error,
            _ => LogLevel.Information,
        };
        if (line.Stage.Length > 0)
            Write(level, CurrentRun.Id, line.Stage, line.Text);
        else
            Write(level, CurrentRun.Id, line.Text);
    }

    [LoggerMessage(Message = "{RunId}, {Stage}: {Text}")]
    private partial void Write(LogLevel level, string runId, string stage, string text);

    [LoggerMessage(Message = "{RunId}: {Text}")]
    private partial void Write(LogLevel level, string runId, string text);
}

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
