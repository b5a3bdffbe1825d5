using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary>The reviewer's day in a browser, from an empty store to a search with a trained model.</summary>
public sealed class DashboardTests(ServeHost host) : IClassFixture<ServeHost>
{
    private static readonly Regex Completed = new("completed");

    [Fact]
    public async Task AReviewersDay()
    {
        await host.RequireAsync();
        await Axe.RequireAsync();
        await using var browser = await Browser.StartAsync(host.Url);
        var page = await browser.OpenAsync();

        _browser = browser;
        await VisitAsync(page, "/", "runs-none");
        foreach (var empty in new[] { "/compare", "/datasets", "/search" })
            await VisitAsync(page, empty, empty[1..] + "-none");

        await RefusesABadFileAsync(browser, page);
        var first = await StartsCancelsAndResumesAsync(page);
        await OpensTheReportAsync(browser, page, first);
        await SeesWhyARunFailedAsync(page);
        await DownloadsAnArtifactAsync(page, first);
        await ExplainsANumberAsync(page, first);
        await ComparesTwoRunsAsync(page, first);
        await SearchesAsync(page);
        await RefreshesTheDatasetAsync(page);

        browser.Expected.Add(404);
        await VisitAsync(page, "/runs/shapes-20260101-000000-0000", "missing");
        await Expect(page.GetByText("There is no run of this id.")).ToBeVisibleAsync();
        await Expect(page.GetByText("/api/")).ToHaveCountAsync(0);
        await VisitAsync(page, "/nowhere", "nowhere");
        browser.RequireNoFaults();
        // Faults of the server that no client caused are reported with the request.
        Assert.DoesNotMatch("(GET|POST|HEAD) /", host.Notices);
    }

    private Browser _browser = null!;

    private async Task VisitAsync(IPage page, string path, string name)
    {
        await page.GotoAsync(path);
        await GetStatusAsync(page, name);
    }

    private async Task GetStatusAsync(IPage page, string name)
    {
        await Screenshots.TakeAsync(page, name);
        _browser.Faults.AddRange(await Accessibility.CheckAsync(page, name));
    }

    private async Task RefusesABadFileAsync(Browser browser, IPage page)
    {
        browser.Expected.Add(422);
        await page.GotoAsync("/");
        await page.GetByLabel("Or your own experiment file").FillAsync("name: x\nfoo: 1\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start this file" }).ClickAsync();
        var alert = page.GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Line 2, column 1");
        await Expect(alert).ToContainTextAsync("dataset is missing");
        await Expect(page.GetByLabel("Or your own experiment file")).ToHaveValueAsync("name: x\nfoo: 1\n");
        await Expect(alert).ToBeFocusedAsync();
        await GetStatusAsync(page, "start-refused");
        browser.Expected.Remove(422);
    }

    private async Task<string> StartsCancelsAndResumesAsync(IPage page)
    {
        // Long enough to be looked at by every check while it runs.
        await page.GetByLabel("Or your own experiment file")
            .FillAsync(host.Yaml.Replace("steps: 6, segment: 2", "steps: 300, segment: 15", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Start this file" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Run of shapes");
        var path = new Uri(page.Url).AbsolutePath;
        await Expect(page.Locator("#run-head")).ToContainTextAsync("running");

        // Gone if the page were loaded anew: what follows comes over the stream of events.
        await page.EvaluateAsync("() => { window.same = true; }");
        await Expect(page.Locator("#stage-data > summary")).ToContainTextAsync("done", RetryBudget);
        await Expect(page.Locator("#stage-training > summary")).ToContainTextAsync("running", RetryBudget);
        await Expect(page.Locator("#log")).ToContainTextAsync("clip-seed-1-steps-0-15");
        await GetStatusAsync(page, "run-running");
        Assert.True(await page.EvaluateAsync<bool>("() => window.same"));
        await ClosesItsStreamWhileHiddenAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator("#run-head")).ToContainTextAsync("interrupted", RetryBudget);
        await GetStatusAsync(page, "run-interrupted");

        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Locator("#run-head")).ToContainTextAsync("running", RetryBudget);
        await page.EvaluateAsync("() => { window.same = true; }");
        await Expect(page.Locator("#run-head")).ToContainTextAsync(Completed, RetryBudget);
        await Expect(page.Locator("#run-head")).ToContainTextAsync("2 sessions");
        await Expect(page.Locator("#section-numbers table").First).ToContainTextAsync("CyCLIP", RetryBudget);
        await Expect(page.Locator("#section-curves svg").First).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => window.same"));
        await page.ReloadAsync();
        await page.Locator("#stage-training > summary").ClickAsync();
        await GetStatusAsync(page, "run-completed");
        return path;
    }

    private static async Task ClosesItsStreamWhileHiddenAsync(IPage page)
    {
        static bool IsStream(IRequest request) => request.Url.EndsWith("/events", StringComparison.Ordinal);
        var closed = new TaskCompletionSource();
        page.RequestFailed += (_, request) => { if (IsStream(request)) closed.TrySetResult(); };
        page.RequestFinished += (_, request) => { if (IsStream(request)) closed.TrySetResult(); };
        await HideAsync(hidden: true);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await page.RunAndWaitForRequestAsync(() => HideAsync(hidden: false), IsStream);

        Task HideAsync(bool hidden) => page.EvaluateAsync(
            "(hidden) => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden }); "
            + "document.dispatchEvent(new Event('visibilitychange')); }", hidden);
    }

    private async Task SeesWhyARunFailedAsync(IPage page)
    {
        host.Write("faulty.csv", "image,caption\nnone.png,an image that is not there\n");
        await page.GotoAsync("/");
        var faulty = host.Yaml.Replace("name: shapes", "name: faulty", StringComparison.Ordinal)
            .Replace("pairs.csv", "faulty.csv", StringComparison.Ordinal);
        await page.GetByLabel("Or your own experiment file").FillAsync(faulty);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start this file" }).ClickAsync();
        await Expect(page.Locator("#run-head")).ToContainTextAsync("failed", RetryBudget);
        await Expect(page.GetByText("Why it failed.")).ToBeVisibleAsync();
        await GetStatusAsync(page, "run-failed");
    }

    private async Task OpensTheReportAsync(Browser browser, IPage page, string run)
    {
        await page.GotoAsync(run);
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the report" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Findings" })).ToBeVisibleAsync();
        // The report's own policy lets no script run in it, not even the checks.
        var report = await browser.OpenAsync();
        await report.SetContentAsync(await page.ContentAsync());
        await GetStatusAsync(report, "report");
        await report.CloseAsync();
        await page.GoBackAsync();
    }

    private async Task DownloadsAnArtifactAsync(IPage page, string run)
    {
        await page.GotoAsync(run);
        await page.GetByRole(AriaRole.Link, new() { Name = "Artifacts" }).ClickAsync();
        await GetStatusAsync(page, "artifacts");
        await page.GetByLabel("Stage").SelectOptionAsync("evaluate");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Expect(page.Locator("main table tbody tr")).ToHaveCountAsync(6);
        var row = page.Locator("tr", new() { HasText = "evaluate/clip-seed-1-shapes/" }).First;
        var download = await page.RunAndWaitForDownloadAsync(() => row.GetByRole(AriaRole.Link).First.ClickAsync());
        await using var file = await download.CreateReadStreamAsync();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(hash, await row.Locator("code.hash").TextContentAsync());
    }

    private async Task ExplainsANumberAsync(IPage page, string run)
    {
        await page.GotoAsync(run);
        await page.Locator("#section-numbers td a").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Computed from" })).ToBeVisibleAsync();
        await GetStatusAsync(page, "explain");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compute it again" }).ClickAsync();
        await Expect(page.GetByText("the same to the last digit")).ToBeVisibleAsync();
        _browser.Expected.Add(404);
        await VisitAsync(page, $"{run}/explain?of=nothing-of-the-kind", "explain-unknown");
        _browser.Expected.Remove(404);
    }

    private async Task ComparesTwoRunsAsync(IPage page, string first)
    {
        await page.GotoAsync("/");
        var other = host.Yaml.Replace("name: shapes\n", "name: shapes-again\n", StringComparison.Ordinal)
            .Replace("warmup: 1", "warmup: 1, learning_rate: 0.002", StringComparison.Ordinal);
        await page.GetByLabel("Or your own experiment file").FillAsync(other);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start this file" }).ClickAsync();
        await Expect(page.Locator("#run-head")).ToContainTextAsync(Completed, RetryBudget);
        await VisitAsync(page, "/", "runs");
        await page.GetByLabel("Compare shapes-again").CheckAsync();
        await page.GetByLabel($"Compare {first["/runs/".Length..]}").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare the chosen runs" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Metrics" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Settings that differ" })).ToContainTextAsync("training.learning_rate");
        await Expect(page.Locator("svg[aria-label^='Alignment and text uniformity']").First).ToBeVisibleAsync();
        await GetStatusAsync(page, "compare");
    }

    private async Task SearchesAsync(IPage page)
    {
        await page.GotoAsync("/search");
        await page.GetByLabel("Find images for a text").FillAsync("a red disc");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find images" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Images nearest to" })).ToBeVisibleAsync();
        await Expect(page.Locator("ol.found li")).ToHaveCountAsync(12);
        await page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('ol.found img')].every((i) => i.scrollIntoView() || (i.complete && i.naturalWidth > 0))");
        await GetStatusAsync(page, "search-text");

        var image = await page.Locator("ol.found img").First.EvaluateAsync<string>(
            "async (i) => btoa(String.fromCharCode(...new Uint8Array(await (await fetch(i.src)).arrayBuffer())))");
        await page.GetByLabel("Find captions for an image")
            .SetInputFilesAsync(new FilePayload { Name = "disc.png", MimeType = "image/png", Buffer = Convert.FromBase64String(image) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Find captions", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Captions nearest to your image" })).ToBeVisibleAsync();
        await Expect(page.Locator("main table tbody tr")).ToHaveCountAsync(12);
        await GetStatusAsync(page, "search-image");
    }

    private async Task RefreshesTheDatasetAsync(IPage page)
    {
        await VisitAsync(page, "/datasets", "datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "shapes" }).ClickAsync();
        await Expect(page.GetByText("60 rows = 60 kept + 0 duplicates + 0 quarantined")).ToBeVisibleAsync();

        const string Table = "image,caption\n1.png,a green circle\n2.png,\nnobody.png,a ghost\n";
        await SendAsync("captions.csv", look: true);
        await Expect(page.GetByText("Nothing was changed.")).ToBeVisibleAsync();
        await GetStatusAsync(page, "refresh-preview");
        // The file need not be chosen again.
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply this table" }).ClickAsync();
        await Expect(page.GetByText("It made version")).ToBeVisibleAsync();
        await Expect(page.GetByText("3 rows = 0 added + 1 changed + 0 unchanged + 0 duplicates + 2 quarantined")).ToBeVisibleAsync();
        await GetStatusAsync(page, "refresh");
        await page.GetByRole(AriaRole.Link, new() { Name = "All 2 quarantined rows" }).ClickAsync();
        await Expect(page.Locator("main table tbody tr")).ToHaveCountAsync(2);
        await GetStatusAsync(page, "rejected");
        var csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "as CSV" }).ClickAsync());
        Assert.Contains(
            "a ghost", await File.ReadAllTextAsync(await csv.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await VisitAsync(page, "/datasets/shapes/quarantine", "quarantine");

        await page.GotoAsync("/datasets/shapes");
        await Expect(page.GetByText("2 versions, the latest first")).ToBeVisibleAsync();
        await GetStatusAsync(page, "dataset");
        await page.GetByRole(AriaRole.Link, new() { Name = "Changes from" }).ClickAsync();
        await Expect(page.Locator("ins")).ToHaveTextAsync("a green circle");
        await GetStatusAsync(page, "diff");
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make current" }).ClickAsync();
        await Expect(page.Locator("#versions + table tbody tr").Nth(1)).ToContainTextAsync("current");
        await Expect(page.Locator("#versions + table tbody tr").Nth(1)).ToContainTextAsync("made current by hand");
        await GetStatusAsync(page, "dataset-moved");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("#versions + table tbody tr").Nth(0)).ToContainTextAsync("current");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start shapes-again on version" }).ClickAsync();
        await Expect(page.Locator("#run-head")).ToContainTextAsync("running");

        async Task SendAsync(string name, bool look)
        {
            await page.GetByLabel("Caption table")
                .SetInputFilesAsync(
                    new FilePayload { Name = name, MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(Table) });
            await page.GetByLabel("Only show what would happen").SetCheckedAsync(look);
            await page.GetByRole(AriaRole.Button, new() { Name = "Refresh", Exact = true }).ClickAsync();
        }
    }

    private static LocatorAssertionsToContainTextOptions RetryBudget => new() { Timeout = 90_000 };
}
