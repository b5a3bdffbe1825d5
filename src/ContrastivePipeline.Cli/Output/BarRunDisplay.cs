using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Stages;
using Spectre.Console;

namespace ContrastivePipeline.Cli.Output;

/// <summary>For people: a bar with speed and time left for each stage running, and a line above them for each that ended.</summary>
internal sealed class BarRunDisplay : RunDisplay
{
    public const int BarWidth = 10;

    private readonly IAnsiConsole _console;
    private readonly Dictionary<string, (ProgressTask Bar, StageMeter Meter)> _stages = [];
    private readonly Dictionary<int, StageMeter> _meters = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProgressContext _bars;
    private readonly Task _showing;

    public BarRunDisplay(IAnsiConsole console)
    {
        _console = console;
        var began = new TaskCompletionSource<ProgressContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        _showing = console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new SpinnerColumn(), new NameColumn(), new ProgressBarColumn { Width = BarWidth }, new MeterColumn(MeterOf))
            .StartAsync(context =>
            {
                began.SetResult(context);
                return _ended.Task;
            });
        _bars = began.Task.GetAwaiter().GetResult();
    }

    public override async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        await _showing;
        await base.DisposeAsync();
    }

    protected override void Show(RunEvent happened)
    {
        switch (happened)
        {
            case StageStarted { Attempt: 1 } started:
                Begin(started.Stage);
                return;
            case StageProgressed progressed:
                Advance(progressed);
                return;
            case StageCompleted or StageFailed:
                End(((StageEvent)happened).Stage);
                break;
        }
        if (LineOf(happened) is { } line)
            _console.MarkupLine(Style(happened, Markup.Escape(line)));
    }

    protected override void ShowNotice(string notice) => _console.MarkupLine($"[yellow]{Markup.Escape(notice)}[/]");

    private void Begin(StageIdentity stage)
    {
        var bar = _bars.AddTask(Markup.Escape($"{stage.Name} {stage.Label}"), autoStart: true);
        bar.IsIndeterminate = true;
        var meter = new StageMeter();
        _stages[stage.Fingerprint] = (bar, meter);
        lock (_meters)
            _meters[bar.Id] = meter;
    }

    private void Advance(StageProgressed progressed)
    {
        if (!_stages.TryGetValue(progressed.Stage.Fingerprint, out var shown))
            return;
        var progress = progressed.Progress;
        lock (_meters)
            shown.Meter.Add(progressed.At, progress);
        shown.Bar.IsIndeterminate = progress.Total <= 0;
        if (progress.Total <= 0)
            return;
        // A bar at its maximum counts as completed and would vanish before its stage ends.
        shown.Bar.MaxValue = progress.Total + 1e-3;
        shown.Bar.Value = progress.Done;
    }

    private void End(StageIdentity stage)
    {
        if (_stages.Remove(stage.Fingerprint, out var shown))
            shown.Bar.StopTask();
    }

    private string MeterOf(int bar)
    {
        lock (_meters)
            return _meters.TryGetValue(bar, out var meter) ? meter.Short : "";
    }

    private static string Style(RunEvent happened, string line) => happened switch
    {
        StageCompleted or RunFinished { State: RunState.Completed } => $"[green]✓[/] {line}",
        StageFailed { Interrupted: false } or RunFinished { State: RunState.Failed } => $"[red]✗ {line}[/]",
        StageRetried or StageFailed or RunWaiting => $"[yellow]! {line}[/]",
        StageCached => $"[grey]✓ {line}[/]",
        _ => line,
    };
}
