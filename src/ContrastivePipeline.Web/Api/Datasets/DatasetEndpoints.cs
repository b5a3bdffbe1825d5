using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Web.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api.Datasets;

internal static class DatasetEndpoints
{
    private const string Current = "current";
    private const int LongestPage = 1_000;

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("/datasets").WithTags("datasets");
        datasets.MapGet("", (DatasetCatalog catalog, CancellationToken cancellationToken) => catalog.ListAsync(cancellationToken))
            .WithName("list-datasets").WithSummary("The datasets of the store, each with its current version.");
        datasets.MapGet("/{name}", GetAsync).WithName("get-dataset").WithSummary("One dataset with its versions and what was current when.").ProducesNotFound();
        datasets.MapGet("/{name}/versions", VersionsAsync).WithName("list-versions").WithSummary("The versions of a dataset, the latest first.").ProducesNotFound();
        datasets.MapGet("/{name}/diff", DiffAsync).WithName("diff-versions")
            .WithSummary("What one version of a dataset has and another has not, with examples; to the current version where 'to' is left out.")
            .ProducesProblems(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/versions/{version}/quarantine", QuarantineAsync).WithName("list-quarantine")
            .WithSummary("The rows that were set aside when a version was made, each with its reason. 'current' stands for the current version.")
            .ProducesProblems(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);
        datasets.MapRefresh();
    }

    private static async Task<DatasetDetail> GetAsync(string name, DatasetCatalog catalog, CancellationToken cancellationToken) => new(
        name, await catalog.CurrentAsync(name, cancellationToken), await VersionsAsync(name, catalog, cancellationToken));

    private static async Task<IReadOnlyList<VersionView>> VersionsAsync(string name, DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        var versions = await catalog.VersionsAsync(name, cancellationToken);
        return versions.Count > 0
            ? [.. versions.Select(VersionView.Of)]
            : throw new ApiException(Problem.NotFound("There is no dataset of this name. GET /api/datasets lists the datasets."));
    }

    private static async Task<DatasetDiff> DiffAsync(
        string name, string from, DatasetCatalog catalog, CancellationToken cancellationToken, string to = Current, int examples = 10)
    {
        Check.Range(examples, 0, LongestPage, "examples");
        return await catalog.DiffAsync(
            await FindAsync(catalog, name, from, cancellationToken), await FindAsync(catalog, name, to, cancellationToken), examples, cancellationToken);
    }

    private static Task<DatasetManifest> FindAsync(DatasetCatalog catalog, string name, string version, CancellationToken cancellationToken) =>
        catalog.FindAsync(version == Current ? name : $"{name}@{version}", cancellationToken);

    private static async Task<QuarantinePage> QuarantineAsync(
        string name, string version, DatasetCatalog catalog, DatasetReader reader, CancellationToken cancellationToken, int offset = 0, int limit = 100)
    {
        Check.Range(offset, 0, int.MaxValue, "offset");
        Check.Range(limit, 1, LongestPage, "limit");
        var manifest = await FindAsync(catalog, name, version, cancellationToken);
        var rows = await reader.ReadQuarantineAsync(manifest, cancellationToken).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return new QuarantinePage(rows, manifest.Quarantine.Sum(part => (long)part.Rows), offset);
    }
}
