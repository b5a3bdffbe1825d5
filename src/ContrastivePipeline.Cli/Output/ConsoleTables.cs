using Spectre.Console;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Tables without borders, as plain text in files and with bold heads on terminals.</summary>
internal static class ConsoleTables
{
    private const int Gap = 2;

    /// <param name="heads">Column heads; one that begins with '&gt;' is aligned right.</param>
    public static Table Create(params string[] heads)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = heads.Any(head => head.Length > 0) };
        foreach (var head in heads)
        {
            var right = head.StartsWith('>');
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(right ? head[1..] : head)}[/]")
            {
                Alignment = right ? Justify.Right : Justify.Left,
                NoWrap = true,
                Padding = new Padding(0, 0, Gap, 0),
            });
        }
        return table;
    }

    /// <summary>Writes a table; splits one that is wider than the console into several, each with the first column.</summary>
    /// <param name="rows">One cell per head in each row.</param>
    public static void WriteFitting(IAnsiConsole console, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = heads.Select((head, i) => rows.Select(row => row[i].Length).Append(head.TrimStart('>').Length).Max() + Gap).ToArray();
        for (int first = 1, end; first < heads.Count; first = end)
        {
            var width = widths[0];
            for (end = first; end < heads.Count && (end == first || width + widths[end] <= console.Profile.Width); end++)
                width += widths[end];
            int[] columns = [0, .. Enumerable.Range(first, end - first)];
            var table = Create([.. columns.Select(i => heads[i])]);
            foreach (var row in rows)
                table.Add([.. columns.Select(i => row[i])]);
            if (first > 1)
                console.WriteLine();
            console.Write(table);
        }
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Add(this Table table, params string[] cells) => table.AddRow(cells.Select(Markup.Escape).ToArray());
}

/// <summary>Measurements as text: one row per variant, with the mean and standard deviation over its seeds.</summary>
internal static class ConsoleResults
{
    private static readonly string[] Main = ["r@1", "top-1", "alignment", "uniformity-text"];

    /// <summary>The numbers that say most: recall at 1, top-1 accuracy, alignment, text uniformity and the rank
    /// correlation of sentence similarities.</summary>
    public static IEnumerable<Measurement> Headline(IEnumerable<Measurement> all) => all.Where(
        m => m.Metric == "sentences/sts-all/spearman" || Main.Contains(m.Metric.Split('/')[^1]));

    /// <summary>A table for each split, or several where the metrics are more than the terminal is wide.</summary>
    /// <param name="output">Where headings go: the text behind <paramref name="console"/>.</param>
    /// <param name="measurements">The measurements of one run.</param>
    public static void Write(IAnsiConsole console, TextWriter output, IReadOnlyList<Measurement> measurements)
    {
        foreach (var split in measurements.GroupBy(m => (m.Dataset, m.Version, m.Split)))
        {
            output.WriteLine($"{split.Key.Dataset}@{split.Key.Version}, split {split.Key.Split}");
            Write(console, [.. split]);
            output.WriteLine();
        }
    }

    private static void Write(IAnsiConsole console, Measurement[] measurements)
    {
        var metrics = measurements.Select(m => m.Metric).Distinct().ToArray();
        var rows = measurements.GroupBy(m => m.Variant).Select(variant => (string[])
            [variant.Key, .. metrics.Select(metric => Cell(metric, [.. variant.Where(m => m.Metric == metric).Select(m => m.Value)]))]);
        ConsoleTables.WriteFitting(console, ["Variant", .. metrics.Select(metric => ">" + Head(metric))], [.. rows]);
    }

    private static string Head(string metric) => metric.Split('/') switch
    {
        ["retrieval", "media-to-text", var name] => $"media→text {RetrievalName(name)}",
        ["retrieval", "text-to-media", var name] => $"text→media {RetrievalName(name)}",
        ["geometry", var name] => name.Replace('-', ' '),
        ["zero-shot", var labels, var name] => $"{labels} {name}",
        ["sentences", var sts, var name] => $"{sts.Replace("sts-", "STS ", StringComparison.Ordinal)} {name}",
        _ => metric,
    };

    private static string RetrievalName(string name) => name switch
    {
        "map@10" => "mAP@10",
        _ when name.StartsWith("r@", StringComparison.Ordinal) => name.ToUpperInvariant(),
        _ => name.Replace('-', ' '),
    };

    private static string Cell(string metric, double[] values)
    {
        if (values.Length == 0)
            return "";
        var summary = SeedSummary.Of(values);
        var unit = MetricCatalogue.Find(metric)?.Unit ?? MetricUnit.Number;
        return summary.StandardDeviation is { } deviation
            ? $"{Number(summary.Mean, unit)} ± {Number(deviation, unit)}"
            : Number(summary.Mean, unit);
    }

    private static string Number(double value, MetricUnit unit) => unit switch
    {
        MetricUnit.Fraction => $"{100 * value:0.0}",
        MetricUnit.Rank => $"{value:0.0}",
        _ => $"{value:0.000}",
    };
}
