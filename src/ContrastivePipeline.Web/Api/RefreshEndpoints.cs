using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api;

/// <summary>Makes other versions of a dataset current: those that a caption table makes, and earlier ones.</summary>
internal static class RefreshEndpoints
{
    private static readonly Dictionary<string, string> Extensions = new(StringComparer.Ordinal)
    {
        ["text/csv"] = ".csv",
        ["text/tab-separated-values"] = ".tsv",
        ["application/jsonl"] = ".jsonl",
        ["application/x-ndjson"] = ".jsonl",
        ["application/vnd.apache.parquet"] = ".parquet",
        ["application/octet-stream"] = "",
    };

    public static void MapRefresh(this IEndpointRouteBuilder datasets)
    {
        datasets.MapPost("/{name}/refresh", RefreshAsync).Changes(Changed.Datasets).WithName("refresh-dataset")
            .WithSummary("Applies a caption table, which is the body, to the current version and makes the result current. "
                + "The content type or the extension of 'file' tells the format: CSV, TSV, JSON lines or Parquet. "
                + "With dryRun nothing is stored.")
            .Accepts<Stream>("text/csv", [.. Extensions.Keys.Where(type => type != "text/csv")])
            .WithEnumValues<RefreshMode>("mode")
            .ProducesProblems(400, 403, 404, 409, 413, 415, 422);
        datasets.MapPost("/{name}/rollback", RollBackAsync).Changes(Changed.Datasets).WithName("roll-back-dataset")
            .WithSummary("Makes an earlier version current again: 'version', or the one that was current before the present one.")
            .ProducesProblems(403, 404, 409);
    }

    private static async Task<RefreshOutcome> RefreshAsync(
        string name, string mode, HttpRequest request, WebParts parts, DatasetCatalog catalog, CancellationToken cancellationToken,
        string? file = null, bool dryRun = false)
    {
        var how = RequestCheck.OneOf<RefreshMode>(mode, "mode")!.Value;
        var fileName = NameOf(request, file);
        // Before a long body is taken.
        await catalog.FindAsync(name, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("contrastive-captions-");
        try
        {
            var table = Path.Combine(folder.FullName, "table");
            await request.SaveAsync(table, parts.LongestTable, cancellationToken);
            return await parts.Refreshes!.RefreshAsync(
                new RefreshRequest(name, how, table, fileName) { IsDryRun = dryRun }, NullRunObserver.Instance, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<CurrentVersion> RollBackAsync(
        string name, DatasetCatalog catalog, CancellationToken cancellationToken, string? version = null) =>
        catalog.RollBackAsync(name, version, cancellationToken);

    private static string NameOf(HttpRequest request, string? file)
    {
        if (!Extensions.TryGetValue(request.MediaType(), out var extension))
        {
            throw new ApiException(Problem.OfStatus(415, $"A caption table is one of {string.Join(", ", Extensions.Keys)}."));
        }
        if (file is null)
        {
            return extension.Length > 0 ? "captions" + extension : throw new ApiException(Problem.BadRequest(
                "Say what the table is: by the content type, or by a name in 'file' that ends in .csv, .tsv, .jsonl or .parquet."));
        }
        RequestCheck.FileName(file, "file");
        return file;
    }
}
