namespace ContrastivePipeline.Cli.Output;

/// <summary>Speed and time left of one stage, from its progress reports of the last half minute.</summary>
internal sealed class StageMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private readonly Queue<(DateTimeOffset At, long Done)> _reports = new();
    private (DateTimeOffset At, long Done) _last;

    /// <summary>The last report; null before the first.</summary>
    public StageProgress? Latest { get; private set; }

    /// <summary>Units a second; null while that is not known.</summary>
    public double? PerSecond
    {
        get
        {
            if (!_reports.TryPeek(out var first))
                return null;
            var seconds = (_last.At - first.At).TotalSeconds;
            return seconds > 0 && _last.Done > first.Done ? (_last.Done - first.Done) / seconds : null;
        }
    }

    /// <summary>Time until the total is reached at this speed; null while that is not known.</summary>
    public TimeSpan? Left => Latest is { Total: > 0 } latest && PerSecond is { } speed
        ? TimeSpan.FromSeconds((latest.Total - latest.Done) / speed)
        : null;

    public void Add(DateTimeOffset at, StageProgress progress)
    {
        // Another unit or a lower count means that other work has begun, with its own speed.
        if (Latest is { } before && (before.Unit != progress.Unit || progress.Done < before.Done))
            _reports.Clear();
        Latest = progress;
        _last = (at, progress.Done);
        _reports.Enqueue(_last);
        while (_reports.Count > 2 && at - _reports.Peek().At > Window)
            _reports.Dequeue();
    }

    /// <summary>Short form, for a bar: <c>120/400 steps, 9.8/s, 0:29 left</c>, and the message of the stage.</summary>
    public string Short => Latest is not { } latest ? "" : Join(
        latest.Total > 0
            ? $"{TextFormatter.Count(latest.Done)}/{TextFormatter.Count(latest.Total)} {latest.Unit}"
            : TextFormatter.Amount(latest),
        PerSecond is { } speed ? $"{speed:0.#}/s" : "",
        Left is { } left && left > TimeSpan.Zero ? $"{(long)left.TotalMinutes}:{left.Seconds:00} left" : "");

    /// <summary><c>120 of 400 steps, 9.8 steps/s, 29 s left</c>, and the message of the stage.</summary>
    public override string ToString() => Latest is not { } latest ? "" : Join(
        TextFormatter.Amount(latest),
        PerSecond is { } speed ? TextFormatter.Rate(speed, latest.Unit) : "",
        Left is { } left && left > TimeSpan.Zero ? $"{TextFormatter.Duration(left)} left" : "");

    private string Join(params string[] parts) => string.Join(", ", parts.Append(Latest!.Message).Where(part => part.Length > 0));
}
