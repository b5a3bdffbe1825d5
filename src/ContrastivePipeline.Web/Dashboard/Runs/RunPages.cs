using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Web.Api.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Web.Security;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Results;
using ContrastivePipeline.Workflow.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Addresses of the pages about runs, and what their buttons do.</summary>
internal static class RunPages
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
        DashboardParts parts, CancellationToken cancellationToken, string? experiment = null, string? state = null, string? part = null, int page = 1)
    {
        var filter = new RunFilter(experiment ?? "", Enum.TryParse<RunCondition>(state, ignoreCase: true, out var condition) ? condition : null, Math.Max(1, page));
        var (runs, unreadable) = await parts.ListRunsAsync(cancellationToken);
        return part == "rows"
            ? PageResult.Of(RunsPage.Rows(runs, filter, parts.Now))
            : PageResult.Of(RunsPage.Write(
                runs, filter, parts.Control is null ? Markup.None : StartForm.Write(await parts.ChoicesAsync(cancellationToken), null),
                parts.Now, unreadable));
    }

    private static async Task<IResult> ShowAsync(string id, DashboardParts parts, CancellationToken cancellationToken, string? part = null)
    {
        var line = part is null ? await parts.RunAsync(id, cancellationToken) : await parts.WatchAsync(id, cancellationToken);
        return part switch
        {
            "live" => PageResult.Of(RunPage.Live(line, parts.Control is not null, parts.Now)),
            "work" => PageResult.Of(RunPage.Work(line, parts.Now)),
            "results" => PageResult.Of(await parts.ResultsAsync(line, cancellationToken)),
            _ => PageResult.Of(await PageAsync(parts, line, "", cancellationToken)),
        };
    }

    private static async Task<IResult> StartAsync(HttpContext context, DashboardParts parts, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        string? Field(string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        var (experiment, yaml, dataset) = (Field("experiment"), form["yaml"].ToString() is { Length: > 0 } text ? text : null, Field("dataset"));
        RefusedStart refused;
        try
        {
            var ticket = await parts.Control!.StartAsync(new RunStart(experiment, yaml, dataset), cancellationToken);
            return PageResult.SeeOther(context, RunFormatter.Href(ticket.RunId));
        }
        catch (ExperimentInvalidException invalid)
        {
            refused = new RefusedStart(experiment, yaml, dataset, "", invalid.Problems);
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: < 500 } problem)
        {
            refused = new RefusedStart(experiment, yaml, dataset, problem.Detail, []);
        }
        var body = StartForm.Write(await parts.ChoicesAsync(cancellationToken), refused);
        return PageResult.Of(new Page("Start a run", Area.Runs, body) { Crumbs = [new("Runs", "/")], Status = StatusCodes.Status422UnprocessableEntity });
    }

    private static Task<IResult> CancelAsync(string id, HttpContext context, DashboardParts parts, CancellationToken cancellationToken) =>
        ActAsync(id, context, parts, () => parts.Control!.CancelAsync(id, cancellationToken), cancellationToken);

    private static Task<IResult> ResumeAsync(string id, HttpContext context, DashboardParts parts, CancellationToken cancellationToken) =>
        ActAsync(id, context, parts, () => parts.Control!.ResumeAsync(id, cancellationToken), cancellationToken);

    private static async Task<IResult> ActAsync(string id, HttpContext context, DashboardParts parts, Func<Task> act, CancellationToken cancellationToken)
    {
        var line = await parts.RunAsync(id, cancellationToken);
        try
        {
            await act();
            return PageResult.SeeOther(context, RunFormatter.Href(id));
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: < 500 } problem)
        {
            return PageResult.Of(await PageAsync(parts, line, problem.Detail, cancellationToken) with { Status = problem.Status });
        }
    }

    private static async Task<Page> PageAsync(DashboardParts parts, RunLine line, string notice, CancellationToken cancellationToken) =>
        RunPage.Write(line, await parts.ResultsAsync(line, cancellationToken), parts.Control is not null, notice, parts.Now);

    private static async Task<IResult> ArtifactsAsync(
        string id, DashboardParts parts, RunReader reader, CancellationToken cancellationToken,
        string? stage = null, string? name = null, int page = 1)
    {
        var line = await parts.RunAsync(id, cancellationToken);
        var filter = new ArtifactFilter(stage ?? "", (name ?? "").Trim(), Math.Max(1, page));
        return PageResult.Of(ArtifactsPage.Write(line, await reader.ArtifactsAsync(line.Run, cancellationToken), filter));
    }

    private static async Task<IResult> ExplainAsync(string id, string of, DashboardParts parts, CancellationToken cancellationToken, string? again = null)
    {
        var line = await parts.RunAsync(id, cancellationToken);
        var reader = await LineageReader.OpenAsync(parts.Store, line.Run, cancellationToken);
        var subject = reader.Find(of);
        if (subject is { Numbers: [{ Of: [var number] }], Artifacts: [] })
        {
            var computed = again is null ? null : await reader.RecomputeAsync(number, cancellationToken);
            var seeds = reader.Measurements.Where(m => (m.Variant, m.Split, m.Metric) == (number.Variant, number.Split, number.Metric)).Select(m => m.Seed);
            return PageResult.Of(ExplainPage.Write(line, await reader.ExplainAsync(number, cancellationToken), [.. seeds], computed));
        }
        if (subject is { Numbers: [], Artifacts: [var artifact] })
            return PageResult.Of(ExplainPage.Write(line, await reader.ExplainAsync(artifact, cancellationToken), [], null));
        var numbers = subject.Numbers.SelectMany(n => n.Of).Select(m => MeasurementAddress.Of(m).ToString());
        return PageResult.Of(ExplainPage.Choose(line, of, [.. numbers.Concat(subject.Artifacts.Select(a => a.Path)).Select(a => (a, a))]));
    }
}
