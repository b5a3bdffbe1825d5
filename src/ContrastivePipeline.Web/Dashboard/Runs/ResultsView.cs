using ContrastivePipeline.Reporting;
using ContrastivePipeline.Reporting.Comparing;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Reporting.Plots;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Curves, numbers and geometry of a run, as far as it has come.</summary>
internal static class ResultsView
{
    /// <summary>The sections that the run has something for.</summary>
    public static Markup Write(ReportData data)
    {
        var html = new HtmlWriter();
        var results = ResultsSection.Write(data, (variant, key) => Origin(data, variant, key));
        html.Write(Section("numbers", "Results", results.Html.Length > 0
            ? Markup.Of($"{results}<p class=\"quiet\"><small>Every number is a link to where it comes from.</small></p>\n{ExplainPage.Form(data.Experiment.RunId)}")
            : Show.Empty(new Markup("<p>No number yet: the first ones come when the first variant is trained and measured.</p>"))));
        html.Write(Section("geometry", "Alignment against uniformity", GeometryFigures.Write(data)));
        html.Write(Section("curves", "Training curves", CurvesFigures.Write(data)));
        return html.ToMarkup();
    }

    private static string Origin(ReportData data, string variant, MetricKey key)
    {
        var seed = data.Measurements.First(m => m.Variant == variant && Comparing(m) == key).Seed;
        return ExplainPage.Href(data.Experiment.RunId, $"{variant}/{seed}/{key.Split}/{key.Metric}");
    }

    private static MetricKey Comparing(Evaluation.Measurement m) => Reporting.Comparing.Results.KeyOf(m);

    private static Markup Section(string id, string title, Markup body) => body.Html.Length == 0
        ? Markup.None
        : Markup.Of($"<section id=\"section-{id}\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>\n{body}</section>\n");
}
