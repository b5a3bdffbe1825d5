using System.Globalization;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Numbers, sizes and times, for people.</summary>
internal static class Format
{
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

    public static string When(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A number with a real minus sign.</summary>
    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A name as part of an element's id.</summary>
    public static string ToId(this string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c).ToString() : "-"));
}
