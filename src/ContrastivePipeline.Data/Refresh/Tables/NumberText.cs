using System.Globalization;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>Numbers as identifiers. Programs that know no missing whole numbers write 1 as 1.0.</summary>
internal static class NumberText
{
    // Beyond this a double has lost digits, and what it says is somebody else's id.
    private const double MostExact = 9_007_199_254_740_991;

    /// <summary>A number as JSON writes it: whole numbers without a fraction.</summary>
    public static string Of(string json) =>
        json.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 && double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? Of(value) ?? json
            : json;

    /// <summary>A number: whole numbers without a fraction; null for those that a double cannot hold.</summary>
    public static string? Of(double value) =>
        Math.Abs(value) > MostExact || double.IsNaN(value) ? null
        : value == Math.Floor(value) ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
