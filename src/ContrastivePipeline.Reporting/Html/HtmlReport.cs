using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Reporting.Plots;

namespace ContrastivePipeline.Reporting;

/// <summary>The report of a run: one HTML file that needs nothing beside it.</summary>
public static class HtmlReport
{
    /// <summary>Renders the report as HTML that is also well-formed XML; save it as UTF-8.</summary>
    /// <exception cref="ArgumentException">A part of the data names a variant that is not listed, or a number has two values.</exception>
    public static string Render(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate();
        Section[] sections =
        [
            new("findings", "Findings", SummarySection.Write(data)),
            new("data", "Data", DataSection.Write(data)),
            new("results", "Results", ResultsSection.Write(data)),
            new("curves", "Training curves", CurvesFigures.Write(data)),
            new("geometry", "Alignment against uniformity", GeometryFigures.Write(data)),
            new("similarities", "Similarities", HistogramFigures.Write(data)),
            new("map", "Map of the shared embedding space", MapFigures.Write(data)),
            new("examples", "Retrieval examples", ExamplesSection.Write(data)),
            new("run", "Model, training and run", RunSection.Write(data)),
            new("costs", "Costs", CostsSection.Write(data)),
            new("provenance", "Provenance", ProvenanceSection.Write(data)),
            new("reproduce", "How to reproduce", RunSection.WriteReproduction(data)),
        ];
        return Page(data, [.. sections.Where(s => s.Body.Html.Length > 0)]);
    }

    private static string Page(ReportData data, Section[] sections)
    {
        var experiment = data.Experiment;
        var page = new HtmlWriter();
        page.Write(new Markup("<!DOCTYPE html>\n"));
        page.Write($"""
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <title>{experiment.Name} · {experiment.RunId}</title>
            <style>
            {Style()}</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <h1>{experiment.Name}</h1>
            <p class="meta">Run {experiment.RunId} · {TextFormatter.When(experiment.Started)}, {TextFormatter.Duration(experiment.Running ?? experiment.Finished - experiment.Started)} · {Markup.Join(data.Datasets.Select(d => Markup.Of($"{d.Name} {d.Version}")), ", ")} · {data.Variants.Count} variant{(data.Variants.Count == 1 ? "" : "s")} × {SeedCount(data)}</p>
            <nav aria-label="Contents"><ul>{Markup.Join(sections.Select(s => Markup.Of($"<li><a href=\"#{s.Id}\">{s.Title}</a></li>")))}</ul></nav>
            </header>
            <main id="main" tabindex="-1">

            """);
        foreach (var section in sections)
            page.Write($"<section id=\"{section.Id}\">\n<h2>{section.Title}</h2>\n{section.Body}</section>\n");
        page.Write($"</main>\n</body>\n</html>\n");
        return page.ToMarkup().Html;
    }

    private static string SeedCount(ReportData data) => data.Seeds.Count == 1 ? "1 seed" : $"{data.Seeds.Count} seeds";

    private static Markup Style()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return new Markup(reader.ReadToEnd());
    }

    private sealed record Section(string Id, string Title, Markup Body);
}
