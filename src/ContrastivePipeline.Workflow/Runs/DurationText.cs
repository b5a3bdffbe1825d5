namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Lengths of time for people.</summary>
public static class DurationText
{
    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => $"{Math.Max(0, time.TotalSeconds):0.0} s",
        { TotalSeconds: < 59.5 } => $"{time.TotalSeconds:0} s",
        { TotalSeconds: < 3599.5 } => Minutes((int)Math.Round(time.TotalSeconds)),
        _ => $"{(long)time.TotalHours} h {time.Minutes:00} min",
    };

    private static string Minutes(int seconds) => $"{seconds / 60} min {seconds % 60:00} s";
}
