using System.Globalization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Numbers, times and the names of objectives, for people.</summary>
internal static partial class TextFormatter
{
    /// <summary>Text in which L_s, L_n and their kin (also Ls, Ln) get real subscripts.</summary>
    public static Markup WithSubscripts(string text) =>
        new(Objective().Replace(Markup.Of($"{text}").Html, "$1<sub>$2</sub>"));

    /// <summary>A count with thin spaces between thousands.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 1 } => $"{(int)time.TotalMinutes} min {time.Seconds} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes} min",
    };

    /// <summary><c>1.2 GB</c>, <c>340 MB</c>; 1 GB is 10⁹ bytes.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => $"{Number(bytes / 1e9, "0.0")} GB",
        >= 10_000_000 => $"{Number(bytes / 1e6, "0")} MB",
        >= 1_000_000 => $"{Number(bytes / 1e6, "0.0")} MB",
        >= 1_000 => $"{Number(bytes / 1e3, "0")} kB",
        _ => $"{bytes} B",
    };

    public static string When(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');

    public static string SplitTitle(ReportData data, string dataset, string split) =>
        data.Datasets.FirstOrDefault(d => d.Name == dataset) is { } found && found.SplitTitles.TryGetValue(split, out string? title) ? title : split;

    /// <summary>A name as part of an element's id.</summary>
    public static string ToId(this string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c).ToString() : "-"));

    [GeneratedRegex(@"(?<![A-Za-z])([Lλ])_?(contra|C-cyclic|I-cyclic|s|n|C|I)(?![A-Za-z])")]
    private static partial Regex Objective();
}
