using Spectre.Console;
using Spectre.Console.Rendering;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Display for a terminal: a bar with speed and time left for each running stage, and a line above for each that ended.</summary>
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
        {
            _meters[bar.Id] = meter;
        }
    }

    private void Advance(StageProgressed progressed)
    {
        if (!_stages.TryGetValue(progressed.Stage.Fingerprint, out var shown))
            return;
        var progress = progressed.Progress;
        lock (_meters)
        {
            shown.Meter.Add(progressed.At, progress);
        }
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
        {
            return _meters.TryGetValue(bar, out var meter) ? meter.Short : "";
        }
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

/// <summary>Name of a stage, shortened in the middle to two fifths of the line.</summary>
internal sealed class NameColumn : ProgressColumn
{
    protected override bool NoWrap => true;

    public override int? GetColumnWidth(RenderOptions options) => WidthIn(options.ConsoleSize.Width);

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(Shorten(Markup.Remove(task.Description), WidthIn(options.ConsoleSize.Width)));

    internal static int WidthIn(int line) => Math.Clamp(line * 2 / 5, 12, 40);

    /// <summary>Keeps the beginning and, because it tells segments apart, the end.</summary>
    internal static string Shorten(string text, int width)
    {
        if (text.Length <= width)
            return text.PadRight(width);
        var end = width / 2;
        return text[..(width - end - 1)] + "…" + text[^end..];
    }
}

/// <summary>Amount, speed and time left, cut at the end of the line.</summary>
/// <param name="text">Returns the text of a bar by its id.</param>
internal sealed class MeterColumn(Func<int, string> text) : ProgressColumn
{
    private const int Others = BarRunDisplay.BarWidth + 6;

    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var width = options.ConsoleSize.Width;
        var space = Math.Max(8, width - NameColumn.WidthIn(width) - Others);
        var words = text(task.Id);
        return new Text(words.Length <= space ? words : words[..(space - 1)] + "…");
    }
}
