using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ContrastivePipeline.Web.Api;

internal static class RunEndpoints
{
    private const int LongestPage = 500;

    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("runs");
        runs.MapGet("", ListAsync).WithName("list-runs").WithSummary("Runs, the newest first.")
            .WithEnumValues<RunCondition>("state").ProducesProblems(400);
        runs.MapGet("/{id}", GetAsync).WithName("get-run").WithSummary("One run with its stages.").ProducesNotFound();
        runs.MapGet("/{id}/events", EventsAsync).WithName("watch-run")
            .WithSummary("The run as server-sent events: 'run' with its whole state now and after every change, 'end' when it has ended.")
            .Produces<string>(200, "text/event-stream").ProducesNotFound();
        runs.MapGet("/{id}/costs", CostsAsync).WithName("get-costs")
            .WithSummary("What a run's stages took so far: time, processor and GPU time, bytes and requests of the store.")
            .ProducesNotFound();
        runs.MapControl();
        runs.MapResults();
        runs.MapArtifacts();
    }

    private static async Task<RunPage> ListAsync(
        RunCatalog catalog, RunActivity activity, CancellationToken cancellationToken,
        string? experiment = null, string? state = null, int offset = 0, int limit = 50)
    {
        RequestCheck.Name(experiment, "experiment");
        var condition = RequestCheck.OneOf<RunCondition>(state, "state");
        RequestCheck.Range(offset, 0, int.MaxValue, "offset");
        RequestCheck.Range(limit, 1, LongestPage, "limit");
        var all = new List<RunSummary>();
        var listing = await catalog.ListAsync(experiment, cancellationToken);
        foreach (var run in listing.Runs)
            all.Add(RunSummary.Of(run, await activity.IsActiveAsync(run, cancellationToken)));
        var fitting = all.Where(run => condition is null || run.State == condition).ToArray();
        return new RunPage([.. fitting.Skip(offset).Take(limit)], fitting.Length, offset, listing.Unreadable);
    }

    private static async Task<RunDetail> GetAsync(string id, RunReader runs, RunActivity activity, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        return RunDetail.Of(run, await activity.IsActiveAsync(run, cancellationToken));
    }

    private static async Task<RunCosts> CostsAsync(string id, RunReader runs, CancellationToken cancellationToken) =>
        await runs.CostsAsync(await runs.FindAsync(id, cancellationToken), cancellationToken);

    private static async Task<IResult> EventsAsync(
        string id, RunReader runs, RunFeeds feeds, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        await runs.FindAsync(id, cancellationToken);
        return new RunEventStream(feeds.Open(id), lifetime.ApplicationStopping);
    }
}
