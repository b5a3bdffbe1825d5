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
