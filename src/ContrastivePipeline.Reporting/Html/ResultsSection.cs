using ContrastivePipeline.Reporting.Comparing;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Variants × metrics, a table for each family of metrics, dataset and split.</summary>
internal static class ResultsSection
{
    public static Markup Write(ReportData data)
    {
        var results = new Results(data);
        if (results.Keys.Count == 0)
            return Markup.None;
        var html = new HtmlWriter();
        string deviation = data.Seeds.Count > 1 ? $" Values are means ± standard deviation over {data.Seeds.Count} seeds." : "";
        html.Write($"""
            <p>★ marks the best variant of a column; an arrow in a head says which way is better. Below each value stands its change
            against the variant's baseline: ▲ better, ▽ worse; * where the 95 % interval of the change excludes 0.{deviation}
            Shares are in per cent, and their changes in percentage points.{Baselines(data)}</p>

            """);
        var tables = results.Keys.GroupBy(k => (Words(data, k).Family, k.Dataset, k.Version, k.Split))
            .OrderBy(g => g.Key.Family switch { "retrieval" => 0, "zero-shot" => 1, "geometry" => 2, _ => 3 });
        foreach (var table in tables)
            WriteTable(html, data, results, [.. table.Select(k => new Column(k, Words(data, k))).OrderBy(c => Order(c.Words))]);
        return html.ToMarkup();
    }

    private static MetricWords Words(ReportData data, MetricKey key) => MetricWords.Of(key.Metric, data.Experiment.MediaWord);

    // Neighbours of one head must stand together; the sort is stable, so columns keep the order of the measurements within it.
    private static string Order(MetricWords words) => words.Group;

    private static void WriteTable(HtmlWriter html, ReportData data, Results results, IReadOnlyList<Column> columns)
    {
        var key = columns[0].Key;
        string family = columns[0].Words.Family;
        string title = char.ToUpperInvariant(family[0]) + family[1..];
        html.Write($"""
            <h3>{title}: {Html.Words.SplitTitle(data, key.Dataset, key.Split)}</h3>
            <div class="scroll" role="region" aria-label="{title}, {key.Split}" tabindex="0"><table>
            <thead>

            """);
        var groups = Groups(columns);
        if (groups.Any(g => g.Title.Length > 0))
            html.Write($"<tr><td></td>{Markup.Join(groups.Select(g => Markup.Of($"<th class=\"group first\" colspan=\"{g.Count}\" scope=\"colgroup\">{g.Title}</th>")))}</tr>\n");
        html.Write($"<tr><th scope=\"col\" style=\"text-align:left\">variant</th>");
        for (int i = 0; i < columns.Count; i++)
        {
            string arrow = columns[i].Words.HigherIsBetter ? "↑" : "↓", better = columns[i].Words.HigherIsBetter ? "higher is better" : "lower is better";
            html.Write($"<th scope=\"col\"{First(columns, i)} title=\"{columns[i].Words.Explanation} {better}\">{columns[i].Words.Title} <span aria-label=\"{better}\">{arrow}</span></th>");
        }
        html.Write($"</tr>\n</thead>\n<tbody>\n");
        foreach (var variant in data.Variants)
        {
            html.Write($"<tr><th scope=\"row\">{Html.Words.WithSubscripts(variant.Title)}</th>");
            for (int i = 0; i < columns.Count; i++)
                WriteCell(html, data, results, variant, columns, i);
            html.Write($"</tr>\n");
        }
        WriteChance(html, data, columns);
        html.Write($"</tbody>\n</table></div>\n<p class=\"under\">{Caption(data, columns)}</p>\n");
    }

    private static void WriteCell(HtmlWriter html, ReportData data, Results results, VariantSummary variant, IReadOnlyList<Column> columns, int i)
    {
        var (key, words) = columns[i];
        if (results.Statistics(variant.Id, key) is not { } value)
        {
            html.Write($"<td{First(columns, i)}>–</td>");
            return;
        }
        bool best = results.Best(key, words.HigherIsBetter).Contains(variant.Id);
        string css = string.Join(' ', new[] { best ? "best" : "", i > 0 && columns[i].Words.Group != columns[i - 1].Words.Group ? "first" : "" }.Where(c => c.Length > 0));
        string deviation = value.StandardDeviation is { } sd ? $" ± {words.Format(sd)}" : "";
        html.Write($"<td class=\"{css}\">{(best ? "★ " : "")}{words.Format(value.Mean)}{deviation}");
        if (variant.Baseline is { } baseline && results.Compare(variant, data.Variant(baseline), key) is { } comparison)
            WriteChange(html, comparison, words);
        html.Write($"</td>");
    }

    private static void WriteChange(HtmlWriter html, Comparison comparison, MetricWords words)
    {
        double change = comparison.Difference.Mean;
        bool better = words.HigherIsBetter ? change > 0 : change < 0;
        string clear = comparison.Evidence == Evidence.Clear ? "*" : "";
        if (change == 0)
            html.Write($"<small>= 0{clear}</small>");
        else
            html.Write($"<small class=\"{(better ? "up" : "down")}\">{(better ? "▲" : "▽")} {words.FormatChange(change)}{clear}</small>");
    }

    private static void WriteChance(HtmlWriter html, ReportData data, IReadOnlyList<Column> columns)
    {
        var chance = new ChanceLevel(data);
        if (!columns.Any(c => chance.Of(c.Key) is not null))
            return;
        html.Write($"<tr class=\"chance\"><th scope=\"row\">chance</th>");
        for (int i = 0; i < columns.Count; i++)
            html.Write($"<td{First(columns, i)}>{(chance.Of(columns[i].Key) is { } level ? columns[i].Words.Format(level) : "")}</td>");
        html.Write($"</tr>\n");
    }

    private static Markup Caption(ReportData data, IReadOnlyList<Column> columns)
    {
        var key = columns[0].Key;
        var counts = columns.GroupBy(c => c.Words.Group).Select(g =>
            (g.Key, N: string.Join("/", data.Measurements.Where(m => Results.KeyOf(m) == g.First().Key).Select(m => Html.Words.Count(m.N)).Distinct())));
        string n = string.Join(", ", counts.GroupBy(c => c.N).Select(g => g.Count() > 1 || g.First().Key.Length == 0 ? $"N = {g.Key}" : $"N = {g.Key} ({g.First().Key})"));
        return Markup.Of($"{key.Dataset} {key.Version}, split {key.Split}; {n}.");
    }

    private static Markup Baselines(ReportData data)
    {
        var pairs = data.Variants.Where(v => v.Baseline is not null).GroupBy(v => v.Baseline)
            .Select(g => $"{data.Variant(g.Key!).Title} for {string.Join(", ", g.Select(v => v.Title))}").ToList();
        return pairs.Count == 0 ? Markup.None : Html.Words.WithSubscripts($" The baseline is {string.Join("; ", pairs)}.");
    }

    private static Markup First(IReadOnlyList<Column> columns, int i) =>
        new(i > 0 && columns[i].Words.Group != columns[i - 1].Words.Group ? " class=\"first\"" : "");

    private static List<(string Title, int Count)> Groups(IReadOnlyList<Column> columns)
    {
        var groups = new List<(string Title, int Count)>();
        foreach (var column in columns)
        {
            if (groups.Count > 0 && groups[^1].Title == column.Words.Group)
                groups[^1] = (groups[^1].Title, groups[^1].Count + 1);
            else
                groups.Add((column.Words.Group, 1));
        }
        return groups;
    }

    private sealed record Column(MetricKey Key, MetricWords Words);
}
