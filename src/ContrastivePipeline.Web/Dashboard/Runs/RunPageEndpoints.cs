using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Addresses of the pages about runs, and what their buttons do.</summary>
internal static class RunPageEndpoints
{
    public static void MapRunPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/", ListAsync);
        pages.MapGet("/runs", ListAsync);
        pages.MapPost("/runs", StartAsync).Changes(Changed.Runs);
        pages.MapGet("/runs/{id}", ShowAsync);
        pages.MapPost("/runs/{id}/cancel", CancelAsync).Changes(Changed.Runs);
        pages.MapPost("/runs/{id}/resume", ResumeAsync).Changes(Changed.Runs);
        pages.MapGet("/runs/{id}/artifacts", ArtifactsAsync);
        pages.MapGet("/runs/{id}/explain", ExplainAsync);
    }

    private static async Task<IResult> ListAsync(
        DashboardParts parts, CancellationToken cancellationToken,
        string? experiment = null, string? state = null, string? part = null, int page = 1)
    {
        RunCondition? condition = Enum.TryParse<RunCondition>(state, ignoreCase: true, out var known) ? known : null;
        var filter = new RunFilter(experiment ?? "", condition, Math.Max(1, page));
        var (runs, unreadable) = await parts.ListRunsAsync(cancellationToken);
        if (part == "rows")
        {
            return PageResult.Part<RunRows>(new()
            {
                [nameof(RunRows.Runs)] = runs,
                [nameof(RunRows.Filter)] = filter,
                [nameof(RunRows.Now)] = parts.Now,
            });
        }
        return PageResult.Page<RunListPage>(new()
        {
            [nameof(RunListPage.Runs)] = runs,
            [nameof(RunListPage.Filter)] = filter,
            [nameof(RunListPage.Choices)] = parts.Control is null ? null : await parts.ChoicesAsync(cancellationToken),
            [nameof(RunListPage.Now)] = parts.Now,
            [nameof(RunListPage.Unreadable)] = unreadable,
        });
    }

    private static async Task<IResult> ShowAsync(string id, DashboardParts parts, CancellationToken cancellationToken, string? part = null)
    {
        var line = part is null ? await parts.RunAsync(id, cancellationToken) : await parts.WatchAsync(id, cancellationToken);
        return part switch
        {
            "live" => PageResult.Part<RunLivePart>(new()
            {
                [nameof(RunLivePart.Line)] = line,
                [nameof(RunLivePart.CanControl)] = parts.Control is not null,
                [nameof(RunLivePart.Now)] = parts.Now,
            }),
            "work" => PageResult.Part<RunWorkPart>(new() { [nameof(RunWorkPart.Line)] = line, [nameof(RunWorkPart.Now)] = parts.Now }),
            "results" => PageResult.Part(await parts.ResultsAsync(line, cancellationToken)),
            _ => await PageAsync(parts, line, "", 200, cancellationToken),
        };
    }

    private static async Task<IResult> StartAsync(HttpContext context, DashboardParts parts, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        string? Field(string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        var yaml = form["yaml"].ToString() is { Length: > 0 } file ? file : null;
        var (experiment, dataset) = (Field("experiment"), Field("dataset"));
        RefusedStart refused;
        try
        {
            var ticket = await parts.Control!.StartAsync(new RunStart(experiment, yaml, dataset), cancellationToken);
            return PageResult.SeeOther(context, Address.Run(ticket.RunId));
        }
        catch (ExperimentInvalidException invalid)
        {
            refused = new RefusedStart(experiment, yaml, dataset, "", invalid.Problems);
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: < 500 } problem)
        {
            refused = new RefusedStart(experiment, yaml, dataset, problem.Detail, []);
        }
        return PageResult.Page<StartRefusedPage>(new()
        {
            [nameof(StartRefusedPage.Choices)] = await parts.ChoicesAsync(cancellationToken),
            [nameof(StartRefusedPage.Refused)] = refused,
        }, 422);
    }

    private static Task<IResult> CancelAsync(string id, HttpContext context, DashboardParts parts, CancellationToken cancellationToken) =>
        ActAsync(id, context, parts, () => parts.Control!.CancelAsync(id, cancellationToken), cancellationToken);

    private static Task<IResult> ResumeAsync(string id, HttpContext context, DashboardParts parts, CancellationToken cancellationToken) =>
        ActAsync(id, context, parts, () => parts.Control!.ResumeAsync(id, cancellationToken), cancellationToken);

    private static async Task<IResult> ActAsync(
        string id, HttpContext context, DashboardParts parts, Func<Task> act, CancellationToken cancellationToken)
    {
        var line = await parts.RunAsync(id, cancellationToken);
        try
        {
            await act();
            return PageResult.SeeOther(context, Address.Run(id));
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: < 500 } problem)
        {
            return await PageAsync(parts, line, problem.Detail, problem.Status, cancellationToken);
        }
    }

    private static async Task<PageResult> PageAsync(
        DashboardParts parts, RunLine line, string notice, int status, CancellationToken cancellationToken) =>
        PageResult.Page<RunDetailPage>(new()
        {
            [nameof(RunDetailPage.Line)] = line,
            [nameof(RunDetailPage.Results)] = await parts.ResultsAsync(line, cancellationToken),
            [nameof(RunDetailPage.CanControl)] = parts.Control is not null,
            [nameof(RunDetailPage.Notice)] = notice,
            [nameof(RunDetailPage.Now)] = parts.Now,
        }, status);

    private static async Task<IResult> ArtifactsAsync(
        string id, DashboardParts parts, RunReader reader, CancellationToken cancellationToken,
        string? stage = null, string? name = null, int page = 1)
    {
        var line = await parts.RunAsync(id, cancellationToken);
        var filter = new ArtifactFilter(stage ?? "", (name ?? "").Trim(), Math.Max(1, page));
        return PageResult.Page<ArtifactListPage>(new()
        {
            [nameof(ArtifactListPage.Line)] = line,
            [nameof(ArtifactListPage.Artifacts)] = await reader.ArtifactsAsync(line.Run, cancellationToken),
            [nameof(ArtifactListPage.Filter)] = filter,
        });
    }

    private static async Task<IResult> ExplainAsync(
        string id, string of, DashboardParts parts, CancellationToken cancellationToken, string? again = null)
    {
        var line = await parts.RunAsync(id, cancellationToken);
        var reader = await LineageReader.OpenAsync(parts.Store, line.Run, cancellationToken);
        var subject = reader.Find(of);
        if (subject is { Numbers: [{ Of: [var number] }], Artifacts: [] })
        {
            var computed = again is null ? null : await reader.RecomputeAsync(number, cancellationToken);
            var seeds = reader.Measurements
                .Where(m => (m.Variant, m.Dataset, m.Split, m.Metric) == (number.Variant, number.Dataset, number.Split, number.Metric))
                .Select(m => m.Seed);
            return PageResult.Page<ExplanationPage>(new()
            {
                [nameof(ExplanationPage.Line)] = line,
                [nameof(ExplanationPage.Lineage)] = await reader.ExplainAsync(number, cancellationToken),
                [nameof(ExplanationPage.Seeds)] = seeds.ToList(),
                [nameof(ExplanationPage.Again)] = computed,
            });
        }
        if (subject is { Numbers: [], Artifacts: [var artifact] })
        {
            return PageResult.Page<ExplanationPage>(new()
            {
                [nameof(ExplanationPage.Line)] = line,
                [nameof(ExplanationPage.Lineage)] = await reader.ExplainAsync(artifact, cancellationToken),
            });
        }
        var numbers = subject.Numbers.SelectMany(n => n.Of).Select(m => reader.AddressOf(m).ToString());
        return PageResult.Page<ExplanationChoicePage>(new()
        {
            [nameof(ExplanationChoicePage.Line)] = line,
            [nameof(ExplanationChoicePage.What)] = of,
            [nameof(ExplanationChoicePage.Choices)] = numbers.Concat(subject.Artifacts.Select(a => a.Path)).ToList(),
        });
    }
}
