using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Compare;

/// <summary>Address of the comparison.</summary>
internal static class ComparePageEndpoints
{
    private const int MostRuns = 8;

    public static void MapComparePages(this IEndpointRouteBuilder pages) => pages.MapGet("/compare", ShowAsync);

    private static async Task<IResult> ShowAsync(
        DashboardParts parts, CancellationToken cancellationToken, string[]? run = null, string? order = null)
    {
        string[] chosen = [.. (run ?? []).Where(id => id.Length > 0).Distinct()];
        var runs = await parts.RunsAsync(cancellationToken);
        if (chosen.Length < 2)
            return Choose(runs, chosen, run is { Length: > 1 } ? "Choose two different runs." : "");
        if (chosen.Length > MostRuns)
            return Choose(runs, chosen[..2], $"At most {MostRuns} runs fit side by side.");
        var records = new List<RunRecord>();
        foreach (var id in chosen)
        {
            if (runs.FirstOrDefault(r => r.Run.Id == id) is not { } line)
                return Choose(runs, [], $"There is no run '{id}'.");
            if (line.Input is null)
            {
                var writer = $"version {line.Run.CodeVersion} of the program";
                return Choose(runs, [], $"Run '{id}' was written by {writer}, in a form that this one cannot read.");
            }
            records.Add(line.Run);
        }
        // Ticked in a list, they come as the list has them; the older one is what the other is held against.
        if (order == "oldest")
            records.Sort((a, b) => a.Started.CompareTo(b.Started));
        try
        {
            return PageResult.Page<ComparisonPage>(new()
            {
                [nameof(ComparisonPage.Comparison)] = await RunComparison.OfAsync(parts.Store, records, cancellationToken),
                [nameof(ComparisonPage.Runs)] = runs,
            });
        }
        catch (ArtifactMissingException gone)
        {
            return Choose(runs, chosen, gone.Message);
        }
    }

    private static PageResult Choose(IReadOnlyList<RunLine> runs, IReadOnlyList<string> chosen, string trouble) =>
        PageResult.Page<RunChoicePage>(new()
        {
            [nameof(RunChoicePage.Runs)] = runs,
            [nameof(RunChoicePage.Chosen)] = chosen,
            [nameof(RunChoicePage.Trouble)] = trouble,
        });
}

/// <summary>What a compared run is called: A, B, C …</summary>
internal static class RunLetter
{
    /// <summary>The letter of a run by its place.</summary>
    public static string Of(int index) => index < 26 ? ((char)('A' + index)).ToString() : $"#{index + 1}";
}
