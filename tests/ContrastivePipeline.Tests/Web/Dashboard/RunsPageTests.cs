namespace ContrastivePipeline.Tests.Web.Dashboard;

public sealed class RunsPageTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task WhatComesFromOutsideIsTextAndNeverMarkup()
    {
        const string Evil = "<script>alert('x')</script>\"&";
        var refused = new RefusedStart(null, Evil, Evil, "", [new ExperimentProblem(1, 1, Evil)]);
        var choices = new StartChoices([Evil], [Evil]);
        string[] pages =
        [
            await HtmlDocuments.RenderAsync<PageLayout>(new() { [nameof(PageLayout.Title)] = Evil }),
            await HtmlDocuments.RenderAsync<RunListPage>(new()
            {
                [nameof(RunListPage.Runs)] = new[] { Line(Evil, 1) },
                [nameof(RunListPage.Filter)] = new RunFilter(Evil),
                [nameof(RunListPage.Choices)] = choices,
                [nameof(RunListPage.Now)] = Now,
            }),
            await HtmlDocuments.RenderAsync<StartRefusedPage>(new()
            {
                [nameof(StartRefusedPage.Choices)] = choices,
                [nameof(StartRefusedPage.Refused)] = refused,
            }),
        ];
        foreach (var html in pages)
        {
            Assert.DoesNotContain("<script>", html);
            Assert.DoesNotContain("='x'", html);
            Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;", html);
        }
    }

    [Fact]
    public async Task FiftyRunsFitAPageAndNoneIsLost()
    {
        var runs = Enumerable.Range(1, 120).Reverse().Select(i => Line("a", i)).ToList();
        var seen = new List<string>();
        for (var page = 1; page <= 3; page++)
        {
            var rows = await RowsAsync(runs, new RunFilter(Page: page));
            var here = runs.Select(r => r.Run.Id).Where(id => rows.Contains($"id=\"row-{id}\"", StringComparison.Ordinal)).ToList();
            Assert.Equal(page < 3, rows.Contains("Earlier runs", StringComparison.Ordinal));
            Assert.Equal(page > 1, rows.Contains("Later runs", StringComparison.Ordinal));
            seen.AddRange(here);
        }
        Assert.Equal(runs.Select(r => r.Run.Id), seen);
    }

    [Fact]
    public async Task AFilterThatNothingPassesSaysSo() =>
        Assert.Contains("No run passes this filter", await RowsAsync([Line("a", 1)], new RunFilter(State: RunCondition.Failed)));

    [Fact]
    public async Task ARunOfAnotherVersionOfTheProgramIsShownWithoutItsStages() =>
        Assert.Contains("cannot read", await HtmlDocuments.RenderAsync<RunWorkPart>(new()
        {
            [nameof(RunWorkPart.Line)] = Line("a", 1),
            [nameof(RunWorkPart.Now)] = Now,
        }));

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(44, "just now")]
    [InlineData(60, "1 minute ago")]
    [InlineData(59 * 60, "59 minutes ago")]
    [InlineData(3600, "1 hour ago")]
    [InlineData(23 * 3600, "23 hours ago")]
    [InlineData(30 * 3600, "yesterday")]
    [InlineData(12 * 86400, "12 days ago")]
    [InlineData(-5, "just now")]
    public void TimesAreTold(int seconds, string words) => Assert.Equal(words, Show.AgoText(TimeSpan.FromSeconds(seconds)));

    private static Task<string> RowsAsync(IReadOnlyList<RunLine> runs, RunFilter filter) => HtmlDocuments.RenderAsync<RunRows>(new()
    {
        [nameof(RunRows.Runs)] = runs,
        [nameof(RunRows.Filter)] = filter,
        [nameof(RunRows.Now)] = Now,
    });

    // Its input is none that this program could have written.
    private static RunLine Line(string experiment, int number) => RunLine.Of(
        new RunRecord(
            $"{experiment}-{number}", experiment, "", "", RunState.Completed, Now, Now, 1, "9.9", "m", WorkflowJson.ToElement(0), null,
            null, [], null),
        active: false);
}
