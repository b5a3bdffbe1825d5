namespace ContrastivePipeline.Reporting.Html;

/// <summary>The tables of a report's results.</summary>
/// <param name="origin">Address of the page that says where a variant's value comes from; null where there is no such page.</param>
internal sealed class ResultsTables(ReportData data, Func<string, MetricKey, string>? origin)
{
    private readonly Results _results = new(data);

    /// <summary>A family for each kind of metric, dataset and split; retrieval first.</summary>
    public IReadOnlyList<ResultsFamily> Families =>
    [
        .. from column in _results.Keys.Select(key => new Column(key, MetricFormatter.Of(key.Metric, data.Experiment.MediaWord)))
           group column by (column.TextFormatter.Family, column.Key.Dataset, column.Key.Version, column.Key.Split) into family
           orderby family.Key.Family switch { "retrieval" => 0, "zero-shot" => 1, "geometry" => 2, _ => 3 }
           select Family(family.Key.Family, [.. family]),
    ];

    private ResultsFamily Family(string family, IReadOnlyList<Column> columns)
    {
        var (_, dataset, version, split) = columns[0].Key;
        string title = char.ToUpperInvariant(family[0]) + family[1..];
        return new(
            $"table-{family}-{dataset}-{version}-{split}".ToId(), $"{title}: {data.SplitTitle(dataset, split)}",
            [.. columns.GroupBy(c => c.TextFormatter.Group).Select(table => Table(title, [.. table]))]);
    }

    private ResultsTable Table(string family, IReadOnlyList<Column> columns)
    {
        var (key, first) = columns[0];
        string name = string.Join(", ", new[] { family, first.Group, key.Split }.Where(p => p.Length > 0));
        string n = string.Join("/", data.Measurements.Where(m => Results.KeyOf(m) == key).Select(m => Format.Count(m.N)).Distinct());
        return new(
            name, first.Group, $"{key.Dataset} {key.Version}, {key.Split}, N = {n}",
            [.. columns.Select(c => new ResultsColumn(c.TextFormatter.Title, c.TextFormatter.Explanation, c.TextFormatter.HigherIsBetter))],
            [.. data.Variants.Select(variant => new ResultsRow(variant.Title, [.. columns.Select(column => Cell(variant, column))]))],
            Guesses(columns));
    }

    private ResultsCell? Cell(VariantSummary variant, Column column)
    {
        var (key, words) = column;
        if (_results.Statistics(variant.Id, key) is not { } value)
            return null;
        return new(
            words.Format(value.Mean), value.StandardDeviation is { } sd ? words.Format(sd) : null,
            _results.Best(key, words.HigherIsBetter).Contains(variant.Id), origin?.Invoke(variant.Id, key),
            variant.Baseline is { } baseline && _results.Compare(variant, data.Variant(baseline), key) is { } comparison
                ? Change(comparison, words)
                : null);
    }

    private ResultsChange Change(Comparison comparison, MetricFormatter words)
    {
        double change = comparison.Difference.Mean;
        string mark = _results.EvidenceOf(comparison) switch
        {
            Evidence.Significant => ResultsLegend.Significant,
            Evidence.Untested when _results.Tests.Primary + _results.Tests.Secondary > 0 => ResultsLegend.Untested,
            _ => "",
        };
        return change == 0
            ? new($"= 0{mark}", null)
            : new(words.FormatChange(change) + mark, words.HigherIsBetter is { } higher ? change > 0 == higher : null);
    }

    private GuessRow[] Guesses(IReadOnlyList<Column> columns)
    {
        var chance = new ChanceLevel(data);
        (string Name, Func<MetricKey, double?> Of)[] guesses = [("chance", chance.Of), ("most frequent class", chance.OfMostFrequent)];
        return
        [
            .. from guess in guesses
               let levels = columns.Select(c => guess.Of(c.Key) is { } level ? c.TextFormatter.Format(level) : "").ToArray()
               where levels.Any(level => level.Length > 0)
               select new GuessRow(guess.Name, levels),
        ];
    }

    private sealed record Column(MetricKey Key, MetricFormatter TextFormatter);
}

/// <summary>The tables of a family of metrics on one split.</summary>
/// <param name="Id">Unique in the page.</param>
/// <param name="Title">Family and split.</param>
public sealed record ResultsFamily(string Id, string Title, IReadOnlyList<ResultsTable> Tables);

/// <summary>Variants × metrics, ready to print.</summary>
/// <param name="Name">Unique in the page.</param>
/// <param name="Group">What its metrics share beside the family: a direction, a label set; empty for none.</param>
/// <param name="Source">Dataset, version, split and number of items.</param>
/// <param name="Guesses">What guessing scores, a row for each way to guess that has a score.</param>
public sealed record ResultsTable(
    string Name, string Group, string Source, IReadOnlyList<ResultsColumn> Columns, IReadOnlyList<ResultsRow> Rows,
    IReadOnlyList<GuessRow> Guesses);

/// <summary>What a way to guess scores.</summary>
/// <param name="Levels">One a column; empty where it has none.</param>
public sealed record GuessRow(string Name, IReadOnlyList<string> Levels);

/// <summary>A metric.</summary>
/// <param name="HigherIsBetter">Which way is better; null where neither is.</param>
public sealed record ResultsColumn(string Title, string Explanation, bool? HigherIsBetter)
{
    /// <summary>Which way is better, in words.</summary>
    public string Better => HigherIsBetter switch
    {
        true => "higher is better",
        false => "lower is better",
        null => "neither way is better",
    };

    /// <summary>Which way is better, as an arrow.</summary>
    public string Arrow => HigherIsBetter switch { true => "↑", false => "↓", null => "" };
}

/// <param name="Cells">One a column; null where it has no value.</param>
public sealed record ResultsRow(string Variant, IReadOnlyList<ResultsCell?> Cells);

/// <summary>A value.</summary>
/// <param name="Deviation">Standard deviation over seeds; null for one seed.</param>
/// <param name="IsBest">Whether it is the best of its column.</param>
/// <param name="Origin">Address of the page that says where it comes from; null for none.</param>
/// <param name="Change">Change against the baseline; null where there is none.</param>
public sealed record ResultsCell(string Value, string? Deviation, bool IsBest, string? Origin, ResultsChange? Change);

/// <summary>A change against a baseline.</summary>
/// <param name="Text">With its sign, and with the mark of its test.</param>
/// <param name="IsBetter">Null where neither way is better, or where nothing changed.</param>
public sealed record ResultsChange(string Text, bool? IsBetter);
