using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ContrastivePipeline.Tests.Web.Dashboard;

public sealed class SignInTests(AzuriteFixture azurite)
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task AKeyOpensThePagesUntilItsReaderLeaves()
    {
        await Axe.RequireAsync();
        await using var lab = await WebLab.StartAsync(await azurite.OpenStoreAsync(), ApiKeys.Parse(Key, "test"));
        await using var browser = await Browser.StartAsync(lab.Url.AbsoluteUri);
        var page = await browser.OpenAsync();

        await page.GotoAsync("/datasets");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        await EnterAsync(page, "not the key, but as long as one would be");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this key");
        await Expect(page.GetByLabel("API key")).ToBeFocusedAsync();
        await Screenshots.TakeAsync(page, "sign-in");
        browser.Faults.AddRange(await Accessibility.CheckAsync(page, "sign-in"));

        await EnterAsync(page, Key);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Datasets");
        Assert.DoesNotContain(Key, await page.ContentAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        browser.RequireNoFaults();
    }

    [Fact]
    public async Task APageWhoseSessionHasEndedLeadsToTheSignInAndBack()
    {
        await Axe.RequireAsync();
        var store = await azurite.OpenStoreAsync();
        foreach (var id in new[] { "a-20260101-000000-0000", "b-20260101-000000-0000" })
            await UnreadableRecordTests.SaveAsync(store, UnreadableRecordTests.Run(id));
        await using var lab = await WebLab.StartAsync(store, ApiKeys.Parse(Key, "test"));
        await using var browser = await Browser.StartAsync(lab.Url.AbsoluteUri);
        var page = await browser.OpenAsync();
        await page.GotoAsync("/?experiment=a");
        await EnterAsync(page, Key);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Runs");

        // As after a restart of the server: the browser's word is known to nobody. The page looks when it is seen again.
        await page.Context.ClearCookiesAsync();
        await page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveCountAsync(1);
        await EnterAsync(page, Key);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Runs");
        Assert.EndsWith("/?experiment=a", page.Url, StringComparison.Ordinal);
        browser.RequireNoFaults();
    }

    [Fact]
    public async Task TheChecksFindWhatIsWrong()
    {
        await Axe.RequireAsync();
        await using var browser = await Browser.StartAsync("http://localhost");
        var page = await browser.OpenAsync();
        await page.SetContentAsync("<!DOCTYPE html><html lang='en'><title>x</title><main><h1>x</h1><p style='color:#999'>grey</p><a "
            + "href='#' aria-label='other'>words</a></main></html>");
        var faults = await Accessibility.CheckAsync(page, "faulty");
        foreach (var rule in new[] { "color-contrast", "label-content-name-mismatch" })
        {
            foreach (var view in new[] { "(1280, Light)", "(390, Light)", "(1280, Dark)", "(390, Dark)" })
            {
                Assert.Contains(
                    faults, fault => fault.Contains(view, StringComparison.Ordinal) && fault.Contains(rule, StringComparison.Ordinal));
            }
        }
    }

    private static async Task EnterAsync(IPage page, string key)
    {
        await page.GetByLabel("API key").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
