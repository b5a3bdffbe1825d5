namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>Times and counts as pages show them.</summary>
internal static class Show
{
    /// <summary><c>just now</c>, <c>3 minutes ago</c>, <c>yesterday</c>, <c>12 days ago</c>.</summary>
    public static string AgoText(TimeSpan past) => past switch
    {
        { TotalSeconds: < 45 } => "just now",
        { TotalMinutes: < 59.5 } => Counted(Math.Max(1, (long)Math.Round(past.TotalMinutes)), "minute") + " ago",
        { TotalHours: < 23.5 } => Counted((long)Math.Round(past.TotalHours), "hour") + " ago",
        { TotalHours: < 36 } => "yesterday",
        _ => Counted((long)Math.Round(past.TotalDays), "day") + " ago",
    };

    /// <summary><c>1 run</c>, <c>2 runs</c>.</summary>
    public static string Counted(long count, string one, string? many = null) =>
        $"{Format.Count(count)} {(count == 1 ? one : many ?? one + "s")}";
}
