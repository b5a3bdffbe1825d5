using System.Globalization;
using ContrastivePipeline.Reporting.Html;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>Times, sizes and counts as pages show them.</summary>
internal static class Show
{
    /// <summary>How long ago, with the exact time behind it; the page keeps it up to date.</summary>
    public static Markup Ago(DateTimeOffset at, DateTimeOffset now) =>
        Markup.Of($"<time datetime=\"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\" title=\"{TextFormatter.When(at)}\">{AgoText(now - at)}</time>");

    /// <summary>A time of day, for a log.</summary>
    public static Markup Clock(DateTimeOffset at) =>
        Markup.Of($"<time class=\"clock\" datetime=\"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\">{at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}</time>");

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
    public static string Counted(long count, string one, string? many = null) => $"{TextFormatter.Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary><c>1.2 GB</c>, <c>340 MB</c>; 1 GB is 10⁹ bytes.</summary>
    public static string Bytes(long bytes) => TextFormatter.Bytes(bytes);

    /// <summary>A text as one segment of an address.</summary>
    public static string Segment(string text) => Uri.EscapeDataString(text);

    /// <summary>What was wrong with a form that was sent: said at once, and where the keyboard resumes from.</summary>
    /// <param name="words">What is wrong and what to do.</param>
    /// <param name="kind"><c>error</c> or <c>warn</c>.</param>
    /// <param name="id">For what it describes; empty for none.</param>
    public static Markup Refusal(Markup words, string kind = "error", string id = "") => Markup.Of(
        $"<div class=\"note {kind}\" role=\"alert\" tabindex=\"-1\" autofocus=\"autofocus\"{(id.Length == 0 ? Markup.None : Markup.Of($" id=\"{id}\""))}>{words}</div>\n");

    /// <summary>What is said where there is nothing yet, and what to do about it.</summary>
    public static Markup Empty(Markup words) => Markup.Of($"<div class=\"empty\">{words}</div>\n");
}
