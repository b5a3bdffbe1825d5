using ContrastivePipeline.Tests.Storage;
using Microsoft.Playwright;

namespace ContrastivePipeline.Tests.Web.Dashboard;

public sealed class DashboardTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task ARunIsStartedAndWatchedFromThePage()
    {
        await using var lab = await DashboardLab.StartAsync(azurite);
        await using var browser = await Browser.StartAsync();
        browser.Expected.UnionWith([404, 422]);
        var page = await browser.OpenAsync(lab.Url);
        await page.GotoAsync("/");
        await ShotAsync(page, "runs-empty");
        await page.GetByLabel("Or your own experiment file").FillAsync("name: x\nfoo: 1\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start this file" }).ClickAsync();
        await ShotAsync(page, "start-errors");
        await page.GetByLabel("Or your own experiment file").FillAsync(lab.Yaml);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start this file" }).ClickAsync();
        await ShotAsync(page, "run-begun");
        await Task.Delay(6000, TestContext.Current.CancellationToken);
        await page.ReloadAsync();
        await ShotAsync(page, "run-middle");
        for (var i = 0; i < 60 && !(await page.ContentAsync()).Contains("Open the report"); i++)
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            await page.ReloadAsync();
        }
        await ShotAsync(page, "run-done");
        await page.GetByRole(AriaRole.Link, new() { Name = "Artifacts" }).ClickAsync();
        await ShotAsync(page, "artifacts");
        foreach (var (path, name) in new[] { ("/", "runs"), ("/compare", "compare-none"), ("/datasets", "datasets"), ("/datasets/shapes", "dataset"), ("/datasets/shapes/quarantine", "quarantine"), ("/sign-in", "sign-in"), ("/runs/nothing", "missing") })
        {
            await page.GotoAsync(path);
            await ShotAsync(page, name);
        }
        Assert.Empty(browser.Faults);
    }

    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("DASHBOARD_SHOTS") is not { Length: > 0 } folder)
            return;
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Dark) })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 900);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
        }
        await page.SetViewportSizeAsync(1280, 900);
    }
}
