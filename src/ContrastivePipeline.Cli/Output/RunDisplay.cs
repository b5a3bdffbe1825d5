using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Shows a run while it runs. Events come from several threads; one is shown at a time.</summary>
internal abstract class RunDisplay : IRunObserver, IAsyncDisposable
{
    private readonly Lock _lock = new();

    private Invocation? _call;
    private Action<string>? _noticeBefore;

    /// <summary>The display for this call: bars for a person, lines for a log, JSON for a program. It shows the call's notices, too.</summary>
    public static RunDisplay Open(Invocation call)
    {
        RunDisplay display = call.Json ? new JsonRunDisplay(call.World.Out)
            : call.IsInteractive && call.Console.Profile.Capabilities.Interactive ? new BarRunDisplay(call.Console)
            : new LineRunDisplay(call.World.Out, call.World.Time);
        display._call = call;
        display._noticeBefore = call.Notice;
        call.Notice = display.Say;
        return display;
    }

    public void Observe(RunEvent happened)
    {
        lock (_lock)
            Show(happened);
    }

    /// <summary>Shows a notice which is no event of the run.</summary>
    public void Say(string notice)
    {
        lock (_lock)
            ShowNotice(notice);
    }

    public virtual ValueTask DisposeAsync()
    {
        if (_call is not null)
            _call.Notice = _noticeBefore!;
        return ValueTask.CompletedTask;
    }

    protected abstract void Show(RunEvent happened);

    protected abstract void ShowNotice(string notice);

    /// <summary>What an event is to a person, or null where it is not worth a line.</summary>
    protected static string? LineOf(RunEvent happened) => RunLogLine.Of(happened)?.ToString();
}
