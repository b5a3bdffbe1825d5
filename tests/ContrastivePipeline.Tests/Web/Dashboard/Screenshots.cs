using Microsoft.Playwright;

namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary>Images of every page for a person to look at, in the folder that CONTRASTIVE_SCREENSHOTS names; none without it.</summary>
internal static class Screenshots
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("CONTRASTIVE_SCREENSHOTS");

    public static async Task TakeAsync(IPage page, string name)
    {
        if (Folder is null)
            return;
        Directory.CreateDirectory(Folder);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in new[] { 390, 1280 })
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.ScreenshotAsync(
                    new() { Path = Path.Combine(Folder, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
            }
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }
}
