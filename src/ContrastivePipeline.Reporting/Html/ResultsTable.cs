namespace ContrastivePipeline.Reporting.Html;

/// <summary>The tables of a family of metrics on one split.</summary>
/// <param name="Id">Unique in the page.</param>
/// <param name="Title">Family and split.</param>
/// <param name="Tables">Its tables, one a group of metrics.</param>
public sealed record ResultsFamily(string Id, string Title, IReadOnlyList<ResultsTable> Tables);

/// <summary>Variants × metrics, ready to print.</summary>
/// <param name="Name">Unique in the page.</param>
/// <param name="Group">What its metrics share beside the family: a direction, a label set; empty for none.</param>
/// <param name="Source">Dataset, version, split and number of items.</param>
/// <param name="Columns">The metrics.</param>
/// <param name="Rows">The variants.</param>
/// <param name="Chance">The chance level of every column; empty where none has one.</param>
public sealed record ResultsTable(
    string Name, string Group, string Source, IReadOnlyList<ResultsColumn> Columns, IReadOnlyList<ResultsRow> Rows,
    IReadOnlyList<string> Chance);

/// <summary>A metric.</summary>
/// <param name="Title">Head of the column.</param>
/// <param name="Explanation">What it says, in a sentence.</param>
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

/// <summary>A variant's values.</summary>
/// <param name="Variant">Its title.</param>
/// <param name="Cells">One a column; null where it has no value.</param>
public sealed record ResultsRow(string Variant, IReadOnlyList<ResultsCell?> Cells);

/// <summary>A value.</summary>
/// <param name="Value">Mean over seeds.</param>
/// <param name="Deviation">Standard deviation over seeds; null for one seed.</param>
/// <param name="IsBest">Whether it is the best of its column.</param>
/// <param name="Origin">Address of the page that says where it comes from; null for none.</param>
/// <param name="Change">Change against the baseline; null where there is none.</param>
public sealed record ResultsCell(string Value, string? Deviation, bool IsBest, string? Origin, ResultsChange? Change);

/// <summary>A change against a baseline.</summary>
/// <param name="Text">With its sign, and with a star where the interval excludes 0.</param>
/// <param name="IsBetter">Null where neither way is better, or where nothing changed.</param>
public sealed record ResultsChange(string Text, bool? IsBetter);
