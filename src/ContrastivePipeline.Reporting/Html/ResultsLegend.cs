namespace ContrastivePipeline.Reporting.Html;

/// <summary>What the signs in the tables of results mean, as far as this report has them. Sentences begin with a space; those not needed
/// are empty.</summary>
/// <param name="isReport">Whether the page is the report itself.</param>
internal sealed class ResultsLegend(ReportData data, bool isReport)
{
    /// <summary>Mark of a significant change.</summary>
    public const string Significant = "*";

    /// <summary>Mark of a change without a test.</summary>
    public const string Untested = "†";

    /// <summary>What ± means.</summary>
    public string Deviations => data.Seeds.Count > 1 ? $" Values are means ± standard deviation over {data.Seeds.Count} seeds." : "";

    /// <summary>Which results say little of other data.</summary>
    public string InDomain => data.Datasets is [{ Name: var trained }, ..] && data.Variants.Any(variant => variant.IsTrained)
        && data.Measurements.Any(measurement => measurement.Dataset == trained)
            ? $" Results on {trained} are in-domain: its test items come from the source that the variants were trained on."
            : "";

    /// <summary>What each variant is compared with.</summary>
    public string Baselines
    {
        get
        {
            var pairs = data.Variants.Where(v => v.Baseline is not null).GroupBy(v => v.Baseline)
                .Select(g => $"{data.Variant(g.Key!).Title} for {string.Join(", ", g.Select(v => v.Title))}").ToList();
            return pairs.Count == 0 ? "" : $" The baseline is {string.Join("; ", pairs)}.";
        }
    }

    /// <summary>What the marks of a change mean, and how many tests they rest on.</summary>
    public string Marks
    {
        get
        {
            var results = new Results(data);
            var changes = (from variant in data.Variants
                           where variant.Baseline is not null
                           from key in results.Keys
                           let comparison = results.Compare(variant, data.Variant(variant.Baseline!), key)
                           where comparison is not null
                           let words = MetricFormatter.Of(key.Metric, data.Experiment.MediaWord)
                           select (words.Title, Evidence: results.EvidenceOf(comparison))).ToList();
            string[] untested = [.. changes.Where(c => c.Evidence == Evidence.Untested).Select(c => c.Title).Distinct()];
            if (changes.Count == 0)
                return "";
            if (changes.All(c => c.Evidence == Evidence.Untested))
            {
                return isReport
                    ? " These changes have no intervals: whether one is more than chance is not tested."
                    : " Whether a change is more than chance is in the report.";
            }
            string which = untested.Length == 0 ? "" : $" {Untested} marks a change that is not tested: {string.Join("; ", untested)}.";
            return $" {Significant} marks a significant change: p below 0.05 after Holm's correction for {Tests(results.Tests)}. A change "
                + $"without a mark is tested and not significant.{which}";
        }
    }

    private static string Tests(Significance tests) => (tests.Primary, tests.Secondary) switch
    {
        (var primary, 0) => $"the {Format.Count(primary)} tests of text uniformity, alignment and R@1",
        (0, var secondary) => $"the {Format.Count(secondary)} tests",
        var (primary, secondary) => $"the {Format.Count(primary)} tests of text uniformity, alignment and R@1, on which the findings "
            + $"rest, and, apart from them, for the {Format.Count(secondary)} tests of other metrics",
    };
}
