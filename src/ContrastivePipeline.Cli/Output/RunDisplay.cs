using System.Diagnostics;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Shows the events of a run as they happen. Thread-safe: events of several threads are shown one at a time.</summary>
internal abstract class RunDisplay : IRunObserver, IAsyncDisposable
{
    private readonly Lock _lock = new();

    /// <summary>Raised once the display shows nothing more.</summary>
    public event Action? Closed;

    public void Observe(RunEvent happened)
    {
        lock (_lock)
        {
            Show(happened);
        }
    }

    /// <summary>Shows a message that is no event of the run.</summary>
    public void Say(string notice)
    {
        lock (_lock)
        {
            ShowNotice(notice);
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        Closed?.Invoke();
        return ValueTask.CompletedTask;
    }

    protected abstract void Show(RunEvent happened);

    protected abstract void ShowNotice(string notice);

    /// <summary>The text of an event, or null where it is not worth a line.</summary>
    protected static string? LineOf(RunEvent happened) => RunLogLine.Of(happened)?.ToString();
}

/// <summary>Shows work outside a run, such as a download, as if it were a stage of one.</summary>
internal static class Step
{
    /// <param name="name">Name of the work, for example <c>verify</c>.</param>
    /// <param name="label">What it is done to, for example <c>emoji@0123</c>.</param>
    public static async Task<T> RunAsync<T>(
        IRunObserver observer, TimeProvider time, string name, string label, Func<IProgress<StageProgress>, Task<T>> work)
    {
        var stage = new StageIdentity(name, label, Fingerprint.Of(label));
        var watch = Stopwatch.StartNew();
        observer.Observe(new StageStarted(time.GetUtcNow(), stage, 1));
        try
        {
            var result = await work(new Progress(observer, time, stage));
            observer.Observe(new StageCompleted(time.GetUtcNow(), stage, 1, watch.Elapsed));
            return result;
        }
        catch (Exception fault)
        {
            observer.Observe(new StageFailed(time.GetUtcNow(), stage, 1, fault.Message, fault is OperationCanceledException));
            throw;
        }
    }

    private sealed class Progress(IRunObserver observer, TimeProvider time, StageIdentity stage) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => observer.Observe(new StageProgressed(time.GetUtcNow(), stage, value));
    }
}

/// <summary>Display for logs: a line with the time for each start and end, and a progress line per stage every ten seconds.</summary>
internal sealed class LineRunDisplay(TextWriter output, TimeProvider time) : RunDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, Watched> _stages = [];

    protected override void Show(RunEvent happened)
    {
        if (happened is StageStarted started)
        {
            _stages[started.Stage.Fingerprint] = new Watched(new StageMeter(), happened.At);
        }
        else if (happened is StageCompleted or StageFailed)
        {
            _stages.Remove(((StageEvent)happened).Stage.Fingerprint);
        }

        if (happened is StageProgressed progressed)
        {
            ShowProgress(progressed);
        }
        else if (LineOf(happened) is { } line)
        {
            Write(happened.At, line);
        }
    }

    protected override void ShowNotice(string notice) => Write(time.GetUtcNow(), notice);

    private void ShowProgress(StageProgressed progressed)
    {
        if (!_stages.TryGetValue(progressed.Stage.Fingerprint, out var watched))
            return;
        watched.Meter.Add(progressed.At, progressed.Progress);
        if (progressed.At - watched.Shown < Interval)
            return;
        _stages[progressed.Stage.Fingerprint] = watched with { Shown = progressed.At };
        Write(progressed.At, $"{progressed.Stage}: {watched.Meter}");
    }

    private void Write(DateTimeOffset at, string line)
    {
        output.WriteLine($"{TimeZoneInfo.ConvertTime(at, time.LocalTimeZone):HH:mm:ss}  {line}");
        output.Flush();
    }

    private sealed record Watched(StageMeter Meter, DateTimeOffset Shown);
}
