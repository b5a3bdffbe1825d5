using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api;

/// <summary>An artifact of a run.</summary>
/// <param name="Path">Its path in the store.</param>
/// <param name="Name">A readable relative path, unique within the run.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the content, which is its entity tag too.</param>
/// <param name="Stage">The stage that made it.</param>
/// <param name="Label">What it is the stage of; may be empty.</param>
/// <param name="Kind">What it is.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Href">Where to get it.</param>
public sealed record ArtifactView(
    string Path, string Name, long Length, string Sha256, string Stage, string Label, string Kind, string MediaType, string Href);

internal static class ArtifactEndpoints
{
    // The page brings its own styles and images along, and has no scripts.
    private const string ReportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups; "
        + "frame-ancestors 'none'; base-uri 'none'";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapArtifacts(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id}/artifacts", ListAsync).WithName("list-artifacts")
            .WithSummary("Every artifact of a run so far.").ProducesNotFound();
        runs.MapMethods("/{id}/artifacts/{**path}", Reading, GetAsync).WithName("get-artifact")
            .WithSummary("The bytes of an artifact; its path is one that the list names. "
                + "Takes If-None-Match, If-Match, Range and If-Range; the entity tag is the SHA-256.")
            .ProducesFile("application/octet-stream").ProducesNotFound();
        runs.MapMethods("/{id}/report", Reading, ReportAsync).WithName("get-report")
            .WithSummary("The report of a run: one page that needs nothing else.").ProducesFile("text/html").ProducesNotFound();
    }

    private static async Task<IReadOnlyList<ArtifactView>> ListAsync(string id, RunReader runs, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        return [.. (await runs.ArtifactsAsync(run, cancellationToken)).All.Select(artifact => View(id, artifact))];
    }

    private static async Task<IResult> GetAsync(
        string id, string path, RunReader runs, ArtifactStore store, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        var artifact = (await runs.ArtifactsAsync(run, cancellationToken)).Find(path)
            ?? throw new ApiException(Problem.NotFound(
                "The run has no artifact of this path.", $"GET /api/runs/{id}/artifacts lists them."));
        return new ArtifactAnswer(store, artifact.Blob(), artifact.MediaType, artifact.FileName(), ArtifactAnswer.NoScripts);
    }

    private static async Task<IResult> ReportAsync(string id, RunReader runs, ArtifactStore store, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        var report = await new RunProducts(store, run).ReadReportAsync(cancellationToken);
        return new ArtifactAnswer(store, report.Html, "text/html; charset=utf-8", null, ReportPolicy);
    }

    private static ArtifactView View(string run, RunArtifact artifact) => new(
        artifact.Path, artifact.Name, artifact.Length, artifact.Sha256, artifact.Stage, artifact.Label, artifact.Kind, artifact.MediaType,
        $"/api/runs/{run}/artifacts{new PathString("/" + artifact.Path).ToUriComponent()}");
}
