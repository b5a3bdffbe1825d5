namespace ContrastivePipeline.Reporting.Html;

/// <summary>What the signs in the tables of results mean, as far as this report has them. Sentences begin with a space; those not needed
/// are empty.</summary>
/// <param name="isReport">Whether the page is the report itself.</param>
internal sealed class ResultsLegend(ReportData data, bool isReport)
{
    /// <summary>What ± means.</summary>
    public string Deviations => data.Seeds.Count > 1 ? $" Values are means ± standard deviation over {data.Seeds.Count} seeds." : "";

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

    /// <summary>What a * means, and which metrics can have one: an interval needs several seeds, or a value for every test item.</summary>
    public string Intervals
    {
        get
        {
            var results = new Results(data);
            var changes = (from variant in data.Variants
                           where variant.Baseline is not null
                           from key in results.Keys
                           let comparison = results.Compare(variant, data.Variant(variant.Baseline!), key)
                           where comparison is not null
                           select (MetricFormatter.Of(key.Metric, data.Experiment.MediaWord).Title, comparison.Evidence)).ToList();
            string[] tested = [.. changes.Where(c => c.Evidence != Evidence.Untested).Select(c => c.Title).Distinct()];
            string[] untested = [.. changes.Where(c => c.Evidence == Evidence.Untested).Select(c => c.Title).Distinct().Except(tested)];
            if (changes.Count == 0)
                return "";
            if (tested.Length == 0)
            {
                return isReport
                    ? " These changes have no intervals: whether one is more than chance is not tested."
                    : " Whether a change is more than chance is in the report.";
            }
            string which = untested.Length == 0 ? ""
                : $" Tested are {string.Join("; ", tested)}; other changes have no interval and so never a *.";
            return $" * marks a change whose 95 % interval excludes 0.{which}";
        }
    }
}
