namespace ContrastivePipeline.Workflow.Results;

/// <summary>One of the runs that are compared.</summary>
/// <param name="Completed">Whether it is complete; another may measure more.</param>
/// <param name="Dataset">The dataset that it measured with, as <c>name@version</c>; null where it has measured nothing.</param>
/// <param name="Seeds">Training seeds that have measurements, ascending.</param>
/// <param name="CodeVersion">Version of the program that worked on it last.</param>
public sealed record ComparedRun(
    string Id, string Experiment, DateTimeOffset Started, bool Completed, string? Dataset, IReadOnlyList<int> Seeds, string CodeVersion);

/// <summary>A metric of a variant on a split, run by run.</summary>
/// <param name="Title">Title in the catalogue; else the metric's id.</param>
/// <param name="Values">A value a run, in the order of the runs; null where the run has not measured it.</param>
public sealed record ComparedMetric(
    string Variant, string Metric, string Split, string Title, MetricUnit Unit, Direction Direction, IReadOnlyList<ComparedValue?> Values);

/// <summary>What one run measured.</summary>
/// <param name="Mean">Mean over its seeds, in the metric's own unit; rates are fractions.</param>
/// <param name="StandardDeviation">Over its seeds, with n − 1 in the denominator; null for one seed.</param>
/// <param name="N">Items that each value averages over.</param>
/// <param name="Formula">Formula id with its version.</param>
/// <param name="Dataset">The dataset, as <c>name@version</c>.</param>
/// <param name="Difference">Its mean less that of the first run; null for the first run itself, or where that has no value.</param>
/// <param name="NotComparable">Why the difference says nothing about the models alone; null where the two were measured alike.</param>
public sealed record ComparedValue(
    double Mean, double? StandardDeviation, int Seeds, int N, string Formula, string Dataset, double? Difference, string? NotComparable);

/// <summary>A setting of the experiment files that is not the same in all runs.</summary>
/// <param name="Path">Where it stands in the file, for example <c>training.learning_rate</c> or
/// <c>variants[clip+ls].objectives.sentence_unsupervised</c>.</param>
/// <param name="Values">As JSON, a run each; null where the run's experiment has no such setting.</param>
public sealed record SettingDifference(string Path, IReadOnlyList<string?> Values);

/// <summary>Where a variant of a run lies in the plane of alignment and uniformity, means over its seeds.</summary>
/// <param name="Alignment">E‖I − T‖²; lower is better.</param>
/// <param name="UniformityText">Of the texts; lower is more even.</param>
/// <param name="Dataset">The dataset, as <c>name@version</c>.</param>
public sealed record GeometryPoint(
    string RunId, string Variant, string Split, double Alignment, double UniformityText, double UniformityMedia, string Dataset);
