namespace ContrastivePipeline.Cli.Output;

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
