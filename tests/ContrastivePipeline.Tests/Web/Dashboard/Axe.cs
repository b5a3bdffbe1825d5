using Microsoft.Playwright;

namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary>axe-core over a page: WCAG 2.0 to 2.2, levels A and AA, and what its authors call best practice. Installed once from tests/axe.</summary>
internal static class Axe
{
    private const string Run =
        """
        async () => {
          const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
          const { violations } = await axe.run(document, {
            runOnly: { type: "tag", values: tags },
            rules: { "target-size": { enabled: true } },
            resultTypes: ["violations"] });
          return violations.flatMap((v) => v.nodes.map((n) =>
            `${v.id}: ${n.target.join(" ")} ${n.html.slice(0, 160)} | ${n.failureSummary.replaceAll("\\n", " ").slice(0, 200)}`));
        }
        """;

    private static readonly Lazy<Task<(string? Script, string Absent)>> AxeScript = new(LoadAsync);

    /// <summary>Skips the running test where axe-core is not and cannot be installed.</summary>
    public static async Task RequireAsync()
    {
        var (script, absent) = await AxeScript.Value;
        Assert.SkipWhen(script is null, $"Needs axe-core: {absent}");
    }

    /// <summary>What is wrong with a page as it is shown now.</summary>
    public static async Task<string[]> CheckAsync(IPage page)
    {
        // By the debugger, which no policy of the page stops.
        await page.EvaluateAsync((await AxeScript.Value).Script!);
        return await page.EvaluateAsync<string[]>(Run);
    }

    private static async Task<(string? Script, string Absent)> LoadAsync()
    {
        try
        {
            var modules = await LocalPackages.EnsureInstalledAsync(Path.Combine(Repository.Folder, "tests", "axe"));
            return (await File.ReadAllTextAsync(Path.Combine(modules, "axe-core", "axe.min.js")), "");
        }
        catch (LocalStoreException e)
        {
            return (null, e.Message);
        }
    }
}
