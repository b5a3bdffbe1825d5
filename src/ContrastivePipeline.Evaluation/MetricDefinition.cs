namespace ContrastivePipeline.Evaluation;

/// <summary>Which way a metric gets better.</summary>
public enum Direction
{
    /// <summary>It describes and does not judge.</summary>
    Neither,

    /// <summary>More is better.</summary>
    HigherIsBetter,

    /// <summary>Less is better.</summary>
    LowerIsBetter,
}

/// <summary>How a value is shown.</summary>
public enum MetricUnit
{
    /// <summary>As it is.</summary>
    Number,

    /// <summary>A fraction in [0, 1], shown as per cent.</summary>
    Fraction,

    /// <summary>A 1-based position.</summary>
    Rank,
}

/// <summary>What a metric is, for tables, reports and scripts.</summary>
/// <param name="Id">Metric id; a <c>*</c> stands for one part, such as the name of a label set.</param>
/// <param name="Formula">One of <see cref="Formulas"/>.</param>
/// <param name="Title">A column head.</param>
/// <param name="Unit">How to show a value.</param>
/// <param name="Direction">Which way it gets better.</param>
/// <param name="Explanation">One sentence for a reader.</param>
public sealed record MetricDefinition(
    string Id, string Formula, string Title, MetricUnit Unit, Direction Direction, string Explanation);
