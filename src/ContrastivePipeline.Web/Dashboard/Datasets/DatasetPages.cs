using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Web.Api;
using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Web.Dashboard.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>Addresses of the pages about datasets, and what their buttons do.</summary>
internal static class DatasetPages
{
    private const int FirstRows = 10;

    public static void MapDatasetPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/datasets", ListAsync);
        pages.MapGet("/datasets/{name}", ShowAsync);
        pages.MapPost("/datasets/{name}/current", MakeCurrentAsync);
        pages.MapGet("/datasets/{name}/quarantine", QuarantineAsync);
        pages.MapGet("/datasets/{name}/refreshes/{id}", RefreshAsync);
    }

    private static async Task<IResult> ListAsync(DashboardParts parts, CancellationToken cancellationToken)
    {
        var lines = new List<DatasetLine>();
        foreach (var dataset in await parts.Datasets.ListAsync(cancellationToken))
            lines.Add(new DatasetLine(dataset, dataset.Current is null ? null : await parts.Datasets.FindAsync(dataset.Name, cancellationToken)));
        return PageResult.Of(DatasetsPage.Write(lines));
    }

    private static async Task<IResult> ShowAsync(string name, DashboardParts parts, CancellationToken cancellationToken) =>
        PageResult.Of(await PageAsync(name, parts, "", cancellationToken));

    private static async Task<IResult> MakeCurrentAsync(string name, HttpContext context, DashboardParts parts, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        try
        {
            await parts.Datasets.RollBackAsync(name, form["version"].ToString(), cancellationToken);
            return PageResult.SeeOther(context, DatasetsPage.Href(name));
        }
        catch (Exception fault) when (fault is RefreshConflictException or DatasetNotFoundException)
        {
            return PageResult.Of(await PageAsync(name, parts, fault.Message, cancellationToken) with { Status = StatusCodes.Status409Conflict });
        }
    }

    private static async Task<Page> PageAsync(string name, DashboardParts parts, string notice, CancellationToken cancellationToken)
    {
        Check.Name(name, "dataset");
        var versions = await parts.Datasets.VersionsAsync(name, cancellationToken);
        if (versions.Count == 0)
            throw new ApiException(Problem.NotFound($"There is no dataset '{name}'."));
        var view = new DatasetView(
            name, await parts.Datasets.CurrentAsync(name, cancellationToken), versions, [],
            await parts.Datasets.RefreshesAsync(name, cancellationToken), await parts.DependentsAsync(name, cancellationToken));
        var quarantined = await new DatasetReader(parts.Store).ReadQuarantineAsync(view.Shown.Manifest, cancellationToken).Take(FirstRows).ToListAsync(cancellationToken);
        return DatasetPage.Write(view with { Quarantined = quarantined }, notice, parts.Now);
    }

    private static async Task<IResult> QuarantineAsync(
        string name, DashboardParts parts, CancellationToken cancellationToken, string? version = null, int page = 1)
    {
        Check.Name(name, "dataset");
        Check.Range(page, 1, 1_000_000, "page");
        var manifest = await parts.Datasets.FindAsync(version is null ? name : $"{name}@{version}", cancellationToken);
        var rows = await new DatasetReader(parts.Store).ReadQuarantineAsync(manifest, cancellationToken)
            .Skip((page - 1) * QuarantinePage.Rows).Take(QuarantinePage.Rows).ToListAsync(cancellationToken);
        return PageResult.Of(QuarantinePage.Write(manifest, rows, page));
    }

    private static async Task<IResult> RefreshAsync(string name, string id, DashboardParts parts, CancellationToken cancellationToken)
    {
        Check.Name(name, "dataset");
        var refresh = (await parts.Datasets.RefreshesAsync(name, cancellationToken)).FirstOrDefault(r => r.Record.Id == id)
            ?? throw new ApiException(Problem.NotFound($"Dataset '{name}' has no refresh of this id."));
        return PageResult.Of(RefreshPage.Write(refresh, parts.Now));
    }
}
