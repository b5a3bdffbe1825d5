using System.Xml;
using System.Xml.Linq;

namespace ContrastivePipeline.Tests.Reporting;

public sealed class HtmlReportTests
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_report_is_well_formed_and_needs_nothing_beside_it(int seeds)
    {
        string html = await HtmlReport.RenderAsync(SampleReport.Create(seeds));
        if (Environment.GetEnvironmentVariable("CONTRASTIVE_SAMPLE_REPORT") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, $"report-{seeds}.html"), html);

        var page = Parse(html);

        Assert.Empty(page.Descendants(Html + "script"));
        Assert.Empty(page.Descendants(Html + "link"));
        foreach (var attribute in page.Descendants().Attributes()
            .Where(a => a.Name.LocalName is "href" or "src" or "srcset" or "action" or "data" or "poster"))
        {
            Assert.True(attribute.Value[0] == '#'
                || attribute.Value.StartsWith("data:image/png;base64,", StringComparison.Ordinal), attribute.ToString());
        }

        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"url\((?!#)", html);
        Assert.All(page.Descendants(Html + "img"), i => Assert.False(string.IsNullOrWhiteSpace(i.Attribute("alt")?.Value)));
        Assert.All(page.Descendants().Where(e => e.Name.LocalName == "svg" && e.Attribute("aria-hidden") is null), s =>
            Assert.True(s.Attribute("role")?.Value == "img" && s.Attribute("aria-label")?.Value.Length > 20));
        var boxes = page.Descendants().Where(e => e.Attribute("class")?.Value == "scroll" || e.Name.LocalName == "pre").ToList();
        Assert.All(boxes, box => Assert.Equal("0", box.Attribute("tabindex")?.Value));
        Assert.Equal(boxes.Count, boxes.Select(box => box.Attribute("aria-label")?.Value).OfType<string>().Distinct().Count());
        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(page.Descendants(Html + "a").Attributes("href"), a => Assert.Contains(a.Value[1..], ids));
        Assert.InRange(html.Length, 10_000, 5_000_000);
    }

    [Fact]
    public async Task The_same_data_always_give_the_same_text()
    {
        var data = SampleReport.Create(1);

        Assert.Equal(await HtmlReport.RenderAsync(data), await HtmlReport.RenderAsync(data));
    }

    [Fact]
    public async Task Text_of_users_never_becomes_markup()
    {
        const string evil = "</style><script>alert(1)</script><img src=x onerror=\"a\" /> & ' \0 \ud800 ]]>";
        var sample = SampleReport.Create(1);
        var row = sample.Datasets[0].QuarantinedExamples[0] with
        {
            File = evil,
            Detail = evil,
            Content = evil,
            Reason = evil,
            Column = evil
        };
        var data = sample with
        {
            Experiment =
                sample.Experiment with { Name = evil, Yaml = evil, Command = evil, Machine = evil, RunId = evil, CodeVersion = evil },
            Variants = [.. sample.Variants.Select(v => v with { Title = evil + v.Id })],
            Datasets =
                [sample.Datasets[0] with { QuarantinedExamples = [row], SplitTitles = new Dictionary<string, string> { ["seen"] = evil } }],
            Training = [new(evil, evil)],
            Examples =
                [.. sample.Examples.Select(e =>
                    e with { Query = e.Query with { Text = evil },
                        Results = [.. e.Results.Select(r => r with { Item = r.Item with { Text = evil } })] })],
        };

        var page = Parse(await HtmlReport.RenderAsync(data));

        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName == "script");
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains("<script>alert(1)</script>", page.Descendants(Html + "h1").Single().Value, StringComparison.Ordinal);
        Assert.Contains('\uFFFD', page.Descendants(Html + "h1").Single().Value);
    }

    [Fact]
    public async Task The_best_of_each_column_carries_a_star_and_changes_say_which_way_is_better()
    {
        var page = Parse(await HtmlReport.RenderAsync(SampleReport.Create(1)));
        var retrieval = Table(page, "Retrieval, image → text, seen");

        // image → text R@1: CyCLIP + Ls has 52.6 %, the most; CLIP + Ls 51.3 % against 46.9 % of CLIP.
        Assert.StartsWith("★ 52.6", Cell(retrieval, "CyCLIP + Ls", 0), StringComparison.Ordinal);
        Assert.Equal("51.3▲ +4.5", Cell(retrieval, "CLIP + Ls", 0));
        // 1/382 = 0.3 %
        Assert.Equal("0.3", Cell(retrieval, "chance", 0));
        // Lower text uniformity is better, and the bootstrap interval excludes 0.
        Assert.Equal("★ −3.513▲ −0.257*", Cell(Table(page, "Geometry, seen"), "CLIP + Ls", 1));
    }

    [Fact]
    public async Task The_legend_says_what_the_marks_of_a_change_mean()
    {
        var sample = SampleReport.Create(1);
        static async Task<string> LegendAsync(ReportData data) => Parse(await HtmlReport.RenderAsync(data)).Descendants(Html + "section")
            .Single(s => s.Attribute("id")?.Value == "results").Element(Html + "p")!.Value.Replace('\n', ' ');

        // Five contrasts on two splits: of text uniformity, alignment and R@1 both ways; of R@5, R@10 and the median rank both ways, three
        // more of geometry, and two accuracies on one split.
        var all = await LegendAsync(sample);
        Assert.Contains(
            "* marks a significant change: p below 0.05 after Holm's correction for the 40 tests of text uniformity, alignment and R@1, on "
                + "which the findings rest, and, apart from them, for the 100 tests of other metrics. A change without a mark is tested "
                + "and not significant.",
            all, StringComparison.Ordinal);
        Assert.DoesNotContain('†', all);
        var some = sample with { Differences = [.. sample.Differences.Where(d => d.Metric == "geometry/alignment")] };
        var legend = await LegendAsync(some);
        Assert.Contains("for the 10 tests of text uniformity, alignment and R@1.", legend, StringComparison.Ordinal);
        Assert.Contains("† marks a change that is not tested: R@1; R@5;", legend, StringComparison.Ordinal);
        Assert.DoesNotContain("alignment;", legend, StringComparison.Ordinal);
        var page = Parse(await HtmlReport.RenderAsync(some));
        Assert.Equal("51.3▲ +4.5†", Cell(Table(page, "Retrieval, image → text, seen"), "CLIP + Ls", 0));
        var none = await LegendAsync(sample with { Differences = [] });
        Assert.Contains("These changes have no intervals", none, StringComparison.Ordinal);
        Assert.DoesNotContain('*', none);
        Assert.DoesNotContain('†', await HtmlReport.RenderAsync(sample with { Differences = [] }));
        // Over several seeds every change has a test.
        Assert.DoesNotContain('†', await LegendAsync(SampleReport.Create(3) with { Differences = [] }));
    }

    [Fact]
    public async Task Zero_shot_accuracy_stands_beside_chance_and_the_most_frequent_classes()
    {
        var table = Table(Parse(await HtmlReport.RenderAsync(SampleReport.Create(1))), "Zero-shot, category, unseen");

        // One and three of five classes; 161 and 161 + 90 + 80 of 403 media.
        Assert.Equal(("20.0", "60.0"), (Cell(table, "chance", 0), Cell(table, "chance", 1)));
        Assert.Equal(("40.0", "82.1"), (Cell(table, "most frequent class", 0), Cell(table, "most frequent class", 1)));
    }

    [Fact]
    public async Task The_words_of_tests_are_the_field_s_own()
    {
        Assert.Equal("p < 0.001", EvidenceFormatter.PValue(0));
        Assert.Equal("p = 0.001", EvidenceFormatter.PValue(0.0005));
        Assert.Equal("p < 0.001; < 0.001 adjusted", EvidenceFormatter.PValues(1e-9, 1e-8));
        Assert.Equal("p < 0.001; 0.004 adjusted", EvidenceFormatter.PValues(1e-4, 4e-3));
        Assert.Equal("none", EvidenceFormatter.PValues(null, null));
        Assert.Equal("neither difference is significant", EvidenceFormatter.Significant(0, 2));
        Assert.Equal("none of the 3 differences is significant", EvidenceFormatter.Significant(0, 3));
        Assert.Equal("1 of the 2 differences is significant", EvidenceFormatter.Significant(1, 2));
        Assert.Equal("2 of the 3 differences are significant", EvidenceFormatter.Significant(2, 3));
        Assert.Equal("both differences are significant", EvidenceFormatter.Significant(2, 2));
        Assert.Equal("all 3 differences are significant", EvidenceFormatter.Significant(3, 3));
        string html = await HtmlReport.RenderAsync(SampleReport.Create(1));
        Assert.DoesNotContain("clear of 0", html, StringComparison.Ordinal);
        Assert.DoesNotContain("p = 0.000", html, StringComparison.Ordinal);
        Assert.Contains("differences are significant", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_seeds_are_shown_with_their_spread()
    {
        var sample = SampleReport.Create(1);
        var data = sample with
        {
            Variants = [sample.Variants[0]],
            Measurements =
                [.. new[] { .2, .3, .4 }.Select((v, i) =>
                    new Measurement("clip", i + 1, "retrieval/media-to-text/r@1", "recall-at-k/1", "emoji", "v", "seen", 100, v))],
            Differences = [],
            Curves = [],
            Similarities = [],
            Maps = [],
            Examples = [],
        };

        Assert.Equal("30.0 ± 10.0", Cell(Table(Parse(await HtmlReport.RenderAsync(data)), "Retrieval, image → text, seen"), "CLIP", 0));
    }

    [Fact]
    public async Task A_part_of_an_unknown_variant_is_refused_rather_than_left_out()
    {
        var sample = SampleReport.Create(1);
        var data = sample with { Curves = [.. sample.Curves, new("clap", 1, [])] };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => HtmlReport.RenderAsync(data));

        Assert.Contains("'clap'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_measurements_still_reports_its_data()
    {
        var sample = SampleReport.Create(1);
        var page = Parse(await HtmlReport.RenderAsync(new(sample.Experiment, sample.Datasets, sample.Model, [], sample.Variants, [])));

        Assert.Contains("5 718 rows", page.Root!.Value.Replace('\u202F', ' '), StringComparison.Ordinal);
        Assert.DoesNotContain(page.Descendants().Attributes("id"), a => a.Value == "results");
    }

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static XElement Table(XDocument page, string label) =>
        page.Descendants(Html + "div").Single(d => d.Attribute("aria-label")?.Value == label).Element(Html + "table")!;

    private static string Cell(XElement table, string row, int column) =>
        table.Descendants(Html + "tr")
        .Single(r => r.Elements(Html + "th").FirstOrDefault(h => h.Attribute("scope")?.Value == "row")?.Value.Trim() == row)
            .Elements(Html + "td").ElementAt(column).Value;
}
