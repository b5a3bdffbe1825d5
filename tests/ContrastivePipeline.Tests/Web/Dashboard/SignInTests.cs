using ContrastivePipeline.Tests.Storage;
using ContrastivePipeline.Web.Security;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ContrastivePipeline.Tests.Web.Dashboard;

public sealed class SignInTests(AzuriteFixture azurite)
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task AKeyOpensThePagesUntilItsReaderLeaves()
    {
        await using var lab = await WebLab.StartAsync(await azurite.OpenStoreAsync(), ApiKeys.Parse(Key, "test"));
        await using var browser = await Browser.StartAsync(lab.Url.AbsoluteUri);
        var page = await browser.OpenAsync();

        await page.GotoAsync("/datasets");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        await EnterAsync(page, "not the key, but as long as one would be");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this key");
        await Screenshots.TakeAsync(page, "sign-in");
        await Accessibility.CheckAsync(page);

        await EnterAsync(page, Key);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Runs");
        Assert.DoesNotContain(Key, await page.ContentAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        Assert.Empty(browser.Faults);
    }

    private static async Task EnterAsync(IPage page, string key)
    {
        await page.GetByLabel("API key").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
