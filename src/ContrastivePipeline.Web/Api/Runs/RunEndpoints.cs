using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Workflow.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api.Runs;

internal static class RunEndpoints
{
    private const int LongestPage = 500;

    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("runs");
        runs.MapGet("", ListAsync).WithName("list-runs").WithSummary("Runs, the newest first.")
            .Produces<Problem>(StatusCodes.Status400BadRequest, Problem.MediaType);
        runs.MapGet("/{id}", GetAsync).WithName("get-run").WithSummary("One run with its stages.")
            .Produces<Problem>(StatusCodes.Status404NotFound, Problem.MediaType);
    }

    private static async Task<RunPage> ListAsync(
        RunCatalog catalog, RunActivity activity, CancellationToken cancellationToken,
        string? experiment = null, RunCondition? state = null, int offset = 0, int limit = 50)
    {
        Check.Name(experiment, "experiment");
        Check.Range(offset, 0, int.MaxValue, "offset");
        Check.Range(limit, 1, LongestPage, "limit");
        var all = new List<RunSummary>();
        foreach (var run in await catalog.ListAsync(experiment, cancellationToken))
            all.Add(RunSummary.Of(run, await activity.IsActiveAsync(run, cancellationToken)));
        var fitting = all.Where(run => state is null || run.State == state).ToArray();
        return new RunPage([.. fitting.Skip(offset).Take(limit)], fitting.Length, offset);
    }

    private static async Task<RunDetail> GetAsync(string id, RunStore runs, RunActivity activity, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        return RunDetail.Of(run, await activity.IsActiveAsync(run, cancellationToken));
    }
}
