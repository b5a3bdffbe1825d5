using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ContrastivePipeline.Tests.Reporting;

public sealed class FigureTests
{
    [Fact]
    public async Task A_figure_has_the_colours_of_the_style_sheet_and_ids_of_its_own()
    {
        var figure = new Figure(AxisScale.Between(0, 10, 5), AxisScale.Between(0, 1, 5));
        var line = figure.Plot.Add.ScatterLine(new double[] { 0, 5, 10 }, new double[] { 0, .9, 1 });
        line.Color = Paint.VariantDashed(2);
        figure.Plot.Add.Marker(3, .3, ScottPlot.MarkerShape.FilledCircle, 8, Paint.Variant(1));

        var svg = await SvgAsync(figure.Draw("f1", "step & more", "what it shows"));

        string[] paints =
            [.. svg.Descendants().SelectMany(e => new[] { e.Attribute("fill")?.Value, e.Attribute("stroke")?.Value }).OfType<string>()
                .Distinct()];
        Assert.Contains("var(--c1)", paints);
        Assert.Contains("var(--c2)", paints);
        // Transparent backgrounds aside, nothing keeps a colour of its own, which would be lost on a dark page.
        Assert.DoesNotContain(paints, p => p.StartsWith('#'));
        Assert.Contains(svg.Descendants(), e => e.Attribute("stroke")?.Value == "var(--c2)" && e.Attribute("stroke-dasharray") is not null);
        Assert.All(svg.Descendants().Attributes("id"), i => Assert.StartsWith("f1-", i.Value, StringComparison.Ordinal));
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == "step & more");
    }

    [Fact]
    public void Only_markers_are_drawn_that_outlive_a_garbage_collection()
    {
        string[] safe = ["FilledCircle", "FilledSquare", "OpenCircle", "OpenSquare", "None"];
        var used = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(
                file => Regex.Matches(File.ReadAllText(file), @"MarkerShape\.(\w+)").Select(match => (file, Shape: match.Groups[1].Value)))
            .ToList();
        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, use => !safe.Contains(use.Shape));
    }

    [Fact]
    public async Task A_polygon_marker_is_a_closed_path_around_its_point()
    {
        var figure = new Figure(AxisScale.Between(0, 10, 5), AxisScale.Between(0, 1, 5));
        var marker = figure.Plot.Add.Marker(5, .5, ScottPlot.MarkerShape.FilledCircle, 10, Paint.Variant(0));
        marker.MarkerStyle.CustomRenderer = PolygonMarker.TriangleUp;

        var svg = await SvgAsync(figure.Draw("f3", "x", "a triangle in the middle"));
        var path = svg.Descendants().Single(e => e.Attribute("fill")?.Value == "var(--c0)").Attribute("d")!.Value;
        var numbers = Regex.Matches(path, @"-?\d+(\.\d+)?").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))
            .ToArray();
        var (x, y) = figure.Pixel(5, .5);

        Assert.EndsWith("Z", path, StringComparison.Ordinal);
        double[] expected = [x, y - 5.8, x + 5, y + 2.9, x - 5, y + 2.9, x, y - 5.8];
        Assert.Equal(expected.Length, numbers.Length);
        Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, 0.6));
    }

    [Fact]
    public async Task Data_lie_where_the_labels_say()
    {
        var figure = new Figure(AxisScale.Between(0, 10, 5), AxisScale.Between(0, 1, 5));
        figure.Plot.Add.Marker(10, 1, ScottPlot.MarkerShape.FilledSquare, 10, Paint.Variant(0));

        var svg = await SvgAsync(figure.Draw("f2", "x", "a square in the upper right corner"));
        var (x, y) = figure.Pixel(10, 1);

        var square = svg.Descendants().Single(e => e.Attribute("fill")?.Value == "var(--c0)");
        Assert.Equal("rect", square.Name.LocalName);
        Assert.Equal(x, (double)square.Attribute("x")! + 5, 0.6);
        Assert.Equal(y, (double)square.Attribute("y")! + 5, 0.6);
    }

    [Theory]
    [InlineData(0, 400, 5, "0 100 200 300 400")]
    [InlineData(-3.6, -1.8, 4, "−3.5 −3.0 −2.5 −2.0")]
    [InlineData(0, 0.0013, 5, "0.0000 0.0005 0.0010")]
    [InlineData(0, 50_000, 5, "0 10\u202F000 20\u202F000 30\u202F000 40\u202F000 50\u202F000")]
    public void Ticks_are_round(double low, double high, int ticks, string labels)
    {
        var scale = AxisScale.Between(low, high, ticks);

        Assert.Equal(labels, string.Join(' ', scale.Ticks.Select(scale.Label)));
    }

    [Fact]
    public void A_constant_still_has_an_axis()
    {
        var scale = AxisScale.Covering([0.001, 0.001], 5);

        Assert.True(scale.Low < 0.001 && scale.High > 0.001 && scale.Ticks.Count > 1);
    }

    [Fact]
    public void Labels_of_neighbours_do_not_overlap()
    {
        var placer = new LabelPlacer((0, 0, 400, 300));
        (double X, double Y)[] points = [(100, 100), (108, 102), (112, 96), (104, 108), (395, 295)];
        foreach (var (x, y) in points)
            placer.AddMarker(x, y, 6);

        var boxes = points.Select(p => placer.Place(p.X, p.Y, 60)).ToList();

        for (int i = 0; i < boxes.Count; i++)
        {
            Assert.InRange(boxes[i].X, 0, 340);
            for (int j = 0; j < i; j++)
            {
                Assert.True(
                    Math.Abs(boxes[i].X - boxes[j].X) >= 60 || Math.Abs(boxes[i].Y - boxes[j].Y) >= 14, $"labels {i} and {j} overlap");
            }
        }
    }

    private static async Task<XElement> SvgAsync(DrawnFigure figure) =>
        XElement.Parse(await HtmlDocuments.RenderAsync<FigureSvg>(new() { [nameof(FigureSvg.Figure)] = figure }));
}
