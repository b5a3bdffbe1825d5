using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api;

/// <summary>The server works, and its store answers.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Version">Version of the program.</param>
public sealed record Health(string Status, string Version);

internal static class HealthEndpoint
{
    public static void MapHealth(this IEndpointRouteBuilder api) => api
        .MapGet("/health", async (RunStore runs, CancellationToken cancellationToken) =>
        {
            // Any read will do: it is the answer that counts.
            await runs.GetAsync("none-00000000-000000-0000", cancellationToken);
            return new Health("ok", ProgramVersion.Text);
        })
        .WithName("health").WithTags("server").WithSummary("Whether the server works and its store answers; needs no key.")
        .Produces<Problem>(StatusCodes.Status503ServiceUnavailable, Problem.MediaType)
        .AllowAnonymous();
}
