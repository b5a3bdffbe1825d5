using Microsoft.Playwright;

namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary>The Chromium of this machine, driven by Playwright. Remembers what no page may do.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly string _url;

    private Browser(IPlaywright playwright, IBrowser browser, string url) => (_playwright, _browser, _url) = (playwright, browser, url);

    /// <summary>Errors on any page's console, and requests that left the host.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Fails the test, with all of them, where there are any.</summary>
    public void RequireNoFaults() => Assert.True(Faults.Count == 0, string.Join('\n', Faults));

    /// <summary>Statuses of pages that a test asks for on purpose; the browser calls each an error on the console.</summary>
    public HashSet<int> Expected { get; } = [];

    /// <summary>Starts it; skips the test where there is none.</summary>
    public static async Task<Browser> StartAsync(string url)
    {
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"Needs a browser: none of {string.Join(", ", Names)} is on the PATH.");
        var playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync"],
        }), url);
    }

    /// <summary>A page whose faults are remembered.</summary>
    public async Task<IPage> OpenAsync()
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = _url,
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            ColorScheme = ColorScheme.Light,
            AcceptDownloads = true,
        });
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning"
                && !Expected.Any(status => message.Text.Contains($"status of {status} ", StringComparison.Ordinal)))
            {
                Faults.Add($"{page.Url}: console {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Faults.Add($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_url, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                Faults.Add($"{page.Url}: asked for {request.Url}");
        };
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
