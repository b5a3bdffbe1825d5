using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Commands.Serve;

/// <summary>Tells whoever runs a server when a run begins and ends, and what fails. The page has the rest.</summary>
internal sealed class RunNotices(Invocation call) : IRunObserver
{
    public void Observe(RunEvent happened)
    {
        if (happened is not StageEvent or StageFailed { Interrupted: false } && RunLogLine.Of(happened) is { } line)
            call.Notice(Failure.HideSecrets($"{TimeZoneInfo.ConvertTime(line.At, call.World.Time.LocalTimeZone):HH:mm:ss} {line}"));
    }
}
