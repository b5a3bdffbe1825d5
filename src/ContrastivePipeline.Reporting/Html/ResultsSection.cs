using ContrastivePipeline.Reporting.Comparing;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Variants × metrics, a table for each family of metrics, dataset and split.</summary>
internal static class ResultsSection
{
    /// <param name="data">The report.</param>
    /// <param name="origin">Address of the page that tells where a variant's value comes from; null where there is no such page.</param>
    public static Markup Write(ReportData data, Func<string, MetricKey, string>? origin = null)
    {
        var results = new Results(data);
        if (results.Keys.Count == 0)
            return Markup.None;
        var html = new HtmlWriter();
        string deviation = data.Seeds.Count > 1 ? $" Values are means ± standard deviation over {data.Seeds.Count} seeds." : "";
        html.Write($"""
            <p>★ marks the best variant of a column; an arrow in a head says which way is better. Below each value stands its change
            against the variant's baseline: ▲ better, ▽ worse.{Intervals(data, results, isReport: origin is null)}{deviation}
            Shares are in per cent, and their changes in percentage points.{Baselines(data)}</p>

            """);
        var tables = results.Keys.Select(k => new Column(k, TextFormatter(data, k)))
            .GroupBy(c => (c.TextFormatter.Family, c.Key.Dataset, c.Key.Version, c.Key.Split, c.TextFormatter.Group))
            .GroupBy(g => (g.Key.Family, g.Key.Dataset, g.Key.Version, g.Key.Split))
            .OrderBy(g => g.Key.Family switch { "retrieval" => 0, "zero-shot" => 1, "geometry" => 2, _ => 3 });
        WriteContents(html, data, [.. tables.Select(family => family.Key)]);
        foreach (var family in tables)
        {
            string title = TitleOf(family.Key.Family);
            html.Write($"<h3 id=\"{IdOf(family.Key)}\">{title}: {Html.TextFormatter.SplitTitle(data, family.Key.Dataset, family.Key.Split)}</h3>\n<div class=\"tables\">\n");
            foreach (var table in family)
                WriteTable(html, data, results, title, [.. table], origin);
            html.Write($"</div>\n");
        }
        return html.ToMarkup();
    }

    // So that a reader who comes for one table need not pass through the others, number by number.
    private static void WriteContents(
        HtmlWriter html, ReportData data, IReadOnlyList<(string Family, string Dataset, string Version, string Split)> tables)
    {
        if (tables.Count < 3)
            return;
        var links = tables.Select(t => Markup.Of($"<li><a href=\"#{IdOf(t)}\">{TitleOf(t.Family)}: {Html.TextFormatter.SplitTitle(data, t.Dataset, t.Split)}</a></li>"));
        html.Write($"<nav aria-label=\"Tables of results\"><ul>{Markup.Join(links)}</ul></nav>\n");
    }

    private static string TitleOf(string family) => char.ToUpperInvariant(family[0]) + family[1..];

    private static string IdOf((string Family, string Dataset, string Version, string Split) table) =>
        $"table-{table.Family}-{table.Dataset}-{table.Version}-{table.Split}".ToId();

    /// <summary>What a * means, and which metrics can have one: an interval needs several seeds, or a value for every test item.</summary>
    private static string Intervals(ReportData data, Results results, bool isReport)
    {
        var changes = (from variant in data.Variants
                       where variant.Baseline is not null
                       from key in results.Keys
                       let comparison = results.Compare(variant, data.Variant(variant.Baseline!), key)
                       where comparison is not null
                       select (TextFormatter: TextFormatter(data, key), comparison.Evidence)).ToList();
        string[] tested = [.. changes.Where(c => c.Evidence != Evidence.Untested).Select(c => c.TextFormatter.Title).Distinct()];
        string[] untested = [.. changes.Where(c => c.Evidence == Evidence.Untested).Select(c => c.TextFormatter.Title).Distinct().Except(tested)];
        if (changes.Count == 0)
            return "";
        if (tested.Length == 0)
            return isReport
                ? " These changes have no intervals: whether one is more than chance is not tested."
                : " Whether a change is more than chance is in the report.";
        string which = untested.Length == 0 ? ""
            : $" Tested are {string.Join("; ", tested)}; other changes have no interval and so never a *.";
        return $" * marks a change whose 95 % interval excludes 0.{which}";
    }

    private static MetricFormatter TextFormatter(ReportData data, MetricKey key) => MetricFormatter.Of(key.Metric, data.Experiment.MediaWord);

    private static void WriteTable(
        HtmlWriter html, ReportData data, Results results, string family, IReadOnlyList<Column> columns, Func<string, MetricKey, string>? origin)
    {
        var (key, first) = columns[0];
        string name = string.Join(", ", new[] { family, first.Group, key.Split }.Where(p => p.Length > 0));
        string n = string.Join("/", data.Measurements.Where(m => Results.KeyOf(m) == key).Select(m => Html.TextFormatter.Count(m.N)).Distinct());
        html.Write($"""
            <div class="scroll" role="group" aria-label="{name}" tabindex="0"><table>
            <caption>{(first.Group.Length > 0 ? Markup.Of($"<b>{first.Group}</b> · ") : Markup.None)}{key.Dataset} {key.Version}, {key.Split}, N = {n}</caption>
            <thead>
            <tr><th scope="col" class="left">variant</th>{Markup.Join(columns.Select(Head))}</tr>
            </thead>
            <tbody>

            """);
        foreach (var variant in data.Variants)
        {
            html.Write($"<tr><th scope=\"row\">{Html.TextFormatter.WithSubscripts(variant.Title)}</th>");
            foreach (var column in columns)
                WriteCell(html, data, results, variant, column, origin);
            html.Write($"</tr>\n");
        }
        WriteChance(html, data, columns);
        html.Write($"</tbody>\n</table></div>\n");
    }

    private static Markup Head(Column column)
    {
        var (arrow, better) = column.TextFormatter.HigherIsBetter switch
        {
            true => ("↑", "higher is better"),
            false => ("↓", "lower is better"),
            null => ("", "neither way is better"),
        };
        return Markup.Of($"<th scope=\"col\" title=\"{column.TextFormatter.Explanation} ({better})\">{column.TextFormatter.Title} <span role=\"img\" aria-label=\"{better}\">{arrow}</span></th>");
    }

    private static void WriteCell(
        HtmlWriter html, ReportData data, Results results, VariantSummary variant, Column column, Func<string, MetricKey, string>? origin)
    {
        var (key, words) = column;
        if (results.Statistics(variant.Id, key) is not { } value)
        {
            html.Write($"<td>–</td>");
            return;
        }
        bool best = results.Best(key, words.HigherIsBetter).Contains(variant.Id);
        var deviation = value.StandardDeviation is { } sd ? Markup.Of($" <span class=\"sd\">± {words.Format(sd)}</span>") : Markup.None;
        html.Write($"<td{new Markup(best ? " class=\"best\"" : "")}>{(best ? "★ " : "")}{Linked(words.Format(value.Mean), origin?.Invoke(variant.Id, key))}{deviation}");
        if (variant.Baseline is { } baseline && results.Compare(variant, data.Variant(baseline), key) is { } comparison)
            WriteChange(html, comparison, words);
        html.Write($"</td>");
    }

    private static Markup Linked(string value, string? origin) =>
        origin is null ? Markup.Of($"{value}") : Markup.Of($"<a href=\"{origin}\" title=\"Where this number comes from\">{value}</a>");

    private static void WriteChange(HtmlWriter html, Comparison comparison, MetricFormatter words)
    {
        double change = comparison.Difference.Mean;
        string clear = comparison.Evidence == Evidence.Clear ? "*" : "";
        if (change == 0)
            html.Write($"<small>= 0{clear}</small>");
        else if (words.HigherIsBetter is not { } higher)
            html.Write($"<small>{words.FormatChange(change)}{clear}</small>");
        else if (change > 0 == higher)
            html.Write($"<small class=\"up\">▲ {words.FormatChange(change)}{clear}</small>");
        else
            html.Write($"<small class=\"down\">▽ {words.FormatChange(change)}{clear}</small>");
    }

    private static void WriteChance(HtmlWriter html, ReportData data, IReadOnlyList<Column> columns)
    {
        var chance = new ChanceLevel(data);
        if (!columns.Any(c => chance.Of(c.Key) is not null))
            return;
        html.Write($"<tr class=\"chance\"><th scope=\"row\">chance</th>");
        foreach (var (key, words) in columns)
            html.Write($"<td>{(chance.Of(key) is { } level ? words.Format(level) : "")}</td>");
        html.Write($"</tr>\n");
    }

    private static Markup Baselines(ReportData data)
    {
        var pairs = data.Variants.Where(v => v.Baseline is not null).GroupBy(v => v.Baseline)
            .Select(g => $"{data.Variant(g.Key!).Title} for {string.Join(", ", g.Select(v => v.Title))}").ToList();
        return pairs.Count == 0 ? Markup.None : Html.TextFormatter.WithSubscripts($" The baseline is {string.Join("; ", pairs)}.");
    }

    private sealed record Column(MetricKey Key, MetricFormatter TextFormatter);
}
