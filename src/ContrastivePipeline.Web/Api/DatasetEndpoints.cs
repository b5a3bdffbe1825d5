using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace ContrastivePipeline.Web.Api;

internal static class DatasetEndpoints
{
    private const string Current = "current";
    private const int LongestPage = 1_000;

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("/datasets").WithTags("datasets");
        datasets.MapGet("", (DatasetCatalog catalog, CancellationToken cancellationToken) => catalog.ListAsync(cancellationToken))
            .WithName("list-datasets").WithSummary("The datasets of the store, each with its current version.");
        datasets.MapGet("/{name}", GetAsync).WithName("get-dataset")
            .WithSummary("One dataset with its versions and what was current when.").ProducesNotFound();
        datasets.MapGet("/{name}/versions", VersionsAsync).WithName("list-versions")
            .WithSummary("The versions of a dataset, the latest first.").ProducesNotFound();
        datasets.MapGet("/{name}/diff", DiffAsync).WithName("diff-versions")
            .WithSummary("What one version of a dataset has and another has not, with examples; "
                + "to the current version where 'to' is left out.")
            .ProducesProblems(400, 404);
        datasets.MapGet("/{name}/versions/{version}/quarantine", QuarantineAsync).WithName("list-quarantine")
            .WithSummary("The quarantined rows of a version, each with its reason: a page of them, or all as CSV with format=csv. "
                + "'current' stands for the current version.")
            .ProducesQuarantine();
        datasets.MapGet("/{name}/refreshes/{id}/quarantine", QuarantineOfRefreshAsync).WithName("list-quarantine-of-refresh")
            .WithSummary("The rows of its table that a refresh quarantined, each with its reason: "
                + "a page of them, or all as CSV with format=csv.")
            .ProducesQuarantine();
        datasets.MapRefresh();
    }

    private static async Task<DatasetDetail> GetAsync(string name, DatasetCatalog catalog, CancellationToken cancellationToken) => new(
        name, await catalog.CurrentAsync(name, cancellationToken), await VersionsAsync(name, catalog, cancellationToken));

    private static async Task<IReadOnlyList<VersionView>> VersionsAsync(
        string name, DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        var versions = await catalog.VersionsAsync(name, cancellationToken);
        return versions.Count > 0
            ? [.. versions.Select(VersionView.Of)]
            : throw new ApiException(Problem.NotFound("There is no dataset of this name.", "GET /api/datasets lists the datasets."));
    }

    private static async Task<DatasetDiff> DiffAsync(
        string name, string from, DatasetCatalog catalog, CancellationToken cancellationToken, string to = Current, int examples = 10)
    {
        RequestCheck.Range(examples, 0, LongestPage, "examples");
        var before = await FindAsync(catalog, name, from, cancellationToken);
        var after = await FindAsync(catalog, name, to, cancellationToken);
        return await catalog.DiffAsync(before, after, examples, cancellationToken);
    }

    private static Task<DatasetManifest> FindAsync(
        DatasetCatalog catalog, string name, string version, CancellationToken cancellationToken) =>
        catalog.FindAsync(version == Current ? name : $"{name}@{version}", cancellationToken);

    private static async Task<IResult> QuarantineAsync(
        string name, string version, DatasetCatalog catalog, DatasetReader reader, CancellationToken cancellationToken,
        int offset = 0, int limit = 100, string? format = null)
    {
        var manifest = await FindAsync(catalog, name, version, cancellationToken);
        return await AnswerAsync(
            reader.ReadQuarantineAsync(manifest, cancellationToken), manifest.Quarantine.Sum(part => (long)part.Rows),
            $"{name}-{manifest.Version}-quarantine.csv", offset, limit, format, cancellationToken);
    }

    private static async Task<IResult> QuarantineOfRefreshAsync(
        string name, string id, DatasetCatalog catalog, CancellationToken cancellationToken,
        int offset = 0, int limit = 100, string? format = null)
    {
        RequestCheck.Name(id, "id");
        var record = (await catalog.RefreshesAsync(name, cancellationToken)).FirstOrDefault(refresh => refresh.Record.Id == id)?.Record
            ?? throw new ApiException(Problem.NotFound("The dataset has no refresh of this id."));
        return await AnswerAsync(
            catalog.ReadRejectedAsync(record, cancellationToken), record.Rows.Rejected, $"{name}-{id}-quarantine.csv",
            offset, limit, format, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        IAsyncEnumerable<QuarantineRow> rows, long total, string file, int offset, int limit, string? format,
        CancellationToken cancellationToken)
    {
        RequestCheck.Range(offset, 0, int.MaxValue, "offset");
        RequestCheck.Range(limit, 1, LongestPage, "limit");
        return format switch
        {
            "csv" => new QuarantineCsv(rows, file),
            null or "json" => TypedResults.Ok(new QuarantinePage(
                await rows.Skip(offset).Take(limit).ToListAsync(cancellationToken), total, offset)),
            _ => throw new ApiException(Problem.BadRequest("'format' is none of json, csv.")),
        };
    }

    private static RouteHandlerBuilder ProducesQuarantine(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<QuarantinePage>(200, "application/json", QuarantineCsv.MediaType)
        .ProducesProblems(400, 404)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            Described.Replace(operation, QuarantineCsv.MediaType, new OpenApiSchema { Type = JsonSchemaType.String });
            return Task.CompletedTask;
        });
}

/// <summary>A dataset with its versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Current">Its current version, and the changes that led to it; null where it has several and nobody chose.</param>
/// <param name="Versions">Its versions, the latest first.</param>
public sealed record DatasetDetail(string Name, CurrentVersion? Current, IReadOnlyList<VersionView> Versions);

/// <summary>A version of a dataset.</summary>
/// <param name="Version">The version.</param>
/// <param name="Created">When it was published.</param>
/// <param name="IsCurrent">Whether it is the current one.</param>
/// <param name="MediaSize">Short side of its images, pixels.</param>
/// <param name="Media">Images.</param>
/// <param name="Captions">Captions.</param>
/// <param name="Bytes">Bytes of all its parts, those that it shares with other versions included.</param>
/// <param name="Accounting">Where every source row went.</param>
public sealed record VersionView(
    string Version, DateTimeOffset Created, bool IsCurrent, int MediaSize, long Media, long Captions, long Bytes, DataAccounting Accounting)
{
    internal static VersionView Of(StoredVersion stored) => new(
        stored.Manifest.Version, stored.Created, stored.IsCurrent, stored.Manifest.MediaSize,
        stored.Manifest.Media.Sum(part => (long)part.Rows), stored.Manifest.Captions.Sum(part => (long)part.Rows),
        stored.Bytes, stored.Manifest.Accounting);
}

/// <summary>A page of quarantined rows.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Offset">How many came before this page.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantineRow> Rows, long Total, int Offset);
