using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api.Runs;

/// <summary>Starts, cancels and resumes runs. <see cref="WriteGuard"/> lets nobody here where the server has no control over runs.</summary>
internal static class ControlEndpoints
{
    public static void MapControl(this IEndpointRouteBuilder runs)
    {
        runs.MapPost("", StartAsync).Changes(Changed.Runs).WithName("start-run")
            .WithSummary("Starts an experiment by name or by its YAML, or continues with its last run if that did not complete. "
                + "With Idempotency-Key, a repeat gives the same run. dataset and fresh of the query are for YAML bodies.")
            .Accepts<StartBody>("application/json", StartBody.YamlTypes)
            .Produces<RunTicket>(StatusCodes.Status202Accepted)
            .ProducesProblems(
                StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status429TooManyRequests);
        runs.MapPost("/{id}/cancel", CancelAsync).Changes(Changed.Runs).WithName("cancel-run")
            .WithSummary("Asks a run to stop at its next checkpoint; it can be resumed.")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblems(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        runs.MapPost("/{id}/resume", ResumeAsync).Changes(Changed.Runs).WithName("resume-run")
            .WithSummary("Continues with a run that was interrupted or killed, or tries one again that failed.")
            .Produces<RunTicket>(StatusCodes.Status202Accepted)
            .ProducesProblems(
                StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Accepted<RunTicket>> StartAsync(
        HttpRequest request, WebParts parts, CancellationToken cancellationToken,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey = null, string? dataset = null, bool fresh = false)
    {
        var body = await StartBody.ReadAsync(request, dataset, fresh, cancellationToken);
        return Accepted(await parts.Control!.StartAsync(body.ToStart(idempotencyKey), cancellationToken));
    }

    private static async Task<Accepted> CancelAsync(string id, WebParts parts, RunReader runs, CancellationToken cancellationToken)
    {
        await runs.FindAsync(id, cancellationToken);
        await parts.Control!.CancelAsync(id, cancellationToken);
        return TypedResults.Accepted(AddressOf(id));
    }

    private static async Task<Accepted<RunTicket>> ResumeAsync(string id, WebParts parts, RunReader runs, CancellationToken cancellationToken)
    {
        await runs.FindAsync(id, cancellationToken);
        return Accepted(await parts.Control!.ResumeAsync(id, cancellationToken));
    }

    private static Accepted<RunTicket> Accepted(RunTicket ticket) => TypedResults.Accepted(AddressOf(ticket.RunId), ticket);

    private static string AddressOf(string id) => $"/api/runs/{id}";
}
