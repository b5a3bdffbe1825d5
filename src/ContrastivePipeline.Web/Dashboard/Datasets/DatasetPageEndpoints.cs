using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>Addresses of the pages about datasets, and what their buttons do.</summary>
internal static class DatasetPageEndpoints
{
    private const int FirstRows = 10;
    private const int Examples = 20;

    public static void MapDatasetPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/datasets", ListAsync);
        pages.MapGet("/datasets/{name}", ShowAsync);
        pages.MapPost("/datasets/{name}/current", MakeCurrentAsync).Changes(Changed.Datasets);
        pages.MapPost("/datasets/{name}/refresh", RefreshCaptionsAsync).Changes(Changed.Datasets);
        pages.MapGet("/datasets/{name}/diff", DiffAsync);
        pages.MapGet("/datasets/{name}/quarantine", QuarantineAsync);
        pages.MapGet("/datasets/{name}/refreshes/{id}", RefreshAsync);
        pages.MapGet("/datasets/{name}/refreshes/{id}/rejected", RejectedAsync);
    }

    private static async Task<IResult> ListAsync(DashboardParts parts, CancellationToken cancellationToken)
    {
        var lines = new List<DatasetLine>();
        foreach (var dataset in await parts.Datasets.ListAsync(cancellationToken))
            lines.Add(await LineAsync(dataset, parts, cancellationToken));
        return PageResult.Page<DatasetListPage>(new() { [nameof(DatasetListPage.Datasets)] = lines });
    }

    // One damaged manifest hides no other dataset.
    private static async Task<DatasetLine> LineAsync(StoredDataset dataset, DashboardParts parts, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = dataset.Current is null ? null : await parts.Datasets.FindAsync(dataset.Name, cancellationToken);
            return new DatasetLine(dataset.Name, dataset.Versions, manifest, "");
        }
        catch (Exception fault) when (fault is InvalidDataException or DatasetNotFoundException or ArtifactMissingException)
        {
            return new DatasetLine(dataset.Name, dataset.Versions, null, fault.Message);
        }
    }

    private static async Task<IResult> ShowAsync(
        string name, DashboardParts parts, CancellationToken cancellationToken, string? was = null) =>
        await PageAsync(name, parts, "", 200, cancellationToken, was ?? "");

    private static async Task<IResult> MakeCurrentAsync(
        string name, HttpContext context, DashboardParts parts, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        try
        {
            var was = (await parts.Datasets.CurrentAsync(name, cancellationToken))?.Version;
            await parts.Datasets.RollBackAsync(name, form["version"].ToString(), cancellationToken);
            return PageResult.SeeOther(context, Address.Dataset(name, was is null ? "" : $"?was={was}"));
        }
        catch (Exception fault) when (fault is RefreshConflictException or DatasetNotFoundException)
        {
            return await PageAsync(name, parts, fault.Message, 409, cancellationToken);
        }
    }

    private static async Task<IResult> RefreshCaptionsAsync(
        string name, HttpContext context, DashboardParts parts, CancellationToken cancellationToken)
    {
        using var upload = await RefreshUpload.ReadAsync(context.Request, cancellationToken);
        try
        {
            var outcome = await parts.Refreshes!.RefreshAsync(upload.ToRequest(name), NullRunObserver.Instance, cancellationToken);
            return outcome.IsDryRun
                ? Outcome(new StoredRefresh(outcome.Record, parts.Now), parts.Now, isDryRun: true, upload.ToSendBack())
                : PageResult.SeeOther(context, Address.Dataset(name, $"/refreshes/{outcome.Record.Id}"));
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: 409 or 422 } problem)
        {
            return await PageAsync(name, parts, problem.Detail, problem.Status, cancellationToken);
        }
    }

    private static async Task<PageResult> PageAsync(
        string name, DashboardParts parts, string notice, int status, CancellationToken cancellationToken, string was = "")
    {
        RequestCheck.Name(name, "dataset");
        var versions = await parts.Datasets.VersionsAsync(name, cancellationToken);
        if (versions.Count == 0)
            throw new ApiException(Problem.NotFound($"There is no dataset '{name}'."));
        var view = new DatasetView(
            name, await parts.Datasets.CurrentAsync(name, cancellationToken), versions, [],
            await parts.Datasets.RefreshesAsync(name, cancellationToken), await parts.DependentsAsync(name, cancellationToken),
            await parts.MeasuredWithAsync(name, cancellationToken), parts.Refreshes is not null, was);
        var quarantined = await new DatasetReader(parts.Store).ReadQuarantineAsync(view.Shown.Manifest, cancellationToken)
            .Take(FirstRows).ToListAsync(cancellationToken);
        return PageResult.Page<DatasetDetailPage>(new()
        {
            [nameof(DatasetDetailPage.View)] = view with { Quarantined = quarantined },
            [nameof(DatasetDetailPage.Notice)] = notice,
            [nameof(DatasetDetailPage.Now)] = parts.Now,
        }, status);
    }

    private static async Task<IResult> DiffAsync(
        string name, string from, string to, DashboardParts parts, CancellationToken cancellationToken)
    {
        RequestCheck.Name(name, "dataset");
        var versions = await parts.Datasets.VersionsAsync(name, cancellationToken);
        var before = await parts.Datasets.FindAsync($"{name}@{from}", cancellationToken);
        var after = await parts.Datasets.FindAsync($"{name}@{to}", cancellationToken);
        var diff = await parts.Datasets.DiffAsync(before, after, Examples, cancellationToken);
        return PageResult.Page<DatasetDiffPage>(new()
        {
            [nameof(DatasetDiffPage.Diff)] = diff,
            [nameof(DatasetDiffPage.Versions)] = versions.Select(v => v.Manifest.Version).ToList(),
        });
    }

    private static async Task<IResult> QuarantineAsync(
        string name, DashboardParts parts, CancellationToken cancellationToken, string? version = null, int page = 1)
    {
        RequestCheck.Name(name, "dataset");
        RequestCheck.Range(page, 1, 1_000_000, "page");
        var manifest = await parts.Datasets.FindAsync(version is null ? name : $"{name}@{version}", cancellationToken);
        var rows = await new DatasetReader(parts.Store).ReadQuarantineAsync(manifest, cancellationToken)
            .Skip((page - 1) * QuarantinedRowsPage.Length).Take(QuarantinedRowsPage.Length).ToListAsync(cancellationToken);
        var rest = Address.Dataset(name, $"/quarantine?version={manifest.Version}");
        var lead = $"Version {manifest.Version}: rows with a fault, each kept as it was, so that it can be corrected and sent again.";
        var download = Address.Dataset(name, $"/versions/{manifest.Version}/quarantine?format=csv");
        return Quarantined(name, lead, rows, manifest.Accounting.Quarantined, page, rest, $"/api{download}");
    }

    private static async Task<IResult> RefreshAsync(string name, string id, DashboardParts parts, CancellationToken cancellationToken) =>
        Outcome(await FindRefreshAsync(name, id, parts, cancellationToken), parts.Now, isDryRun: false);

    private static PageResult Outcome(StoredRefresh refresh, DateTimeOffset now, bool isDryRun, byte[]? table = null) =>
        PageResult.Page<RefreshOutcomePage>(new()
        {
            [nameof(RefreshOutcomePage.Refresh)] = refresh,
            [nameof(RefreshOutcomePage.IsDryRun)] = isDryRun,
            [nameof(RefreshOutcomePage.Now)] = now,
            [nameof(RefreshOutcomePage.Table)] = table,
        });

    private static async Task<IResult> RejectedAsync(
        string name, string id, DashboardParts parts, CancellationToken cancellationToken, int page = 1)
    {
        RequestCheck.Range(page, 1, 1_000_000, "page");
        var record = (await FindRefreshAsync(name, id, parts, cancellationToken)).Record;
        var rows = await parts.Datasets.ReadRejectedAsync(record, cancellationToken)
            .Skip((page - 1) * QuarantinedRowsPage.Length).Take(QuarantinedRowsPage.Length).ToListAsync(cancellationToken);
        var rest = Address.Dataset(name, $"/refreshes/{record.Id}/rejected?");
        var lead = $"Rows of {record.FileName} that the refresh quarantined, each kept as it was, so that it can be corrected and "
            + "sent again.";
        var download = Address.Dataset(name, $"/refreshes/{record.Id}/quarantine?format=csv");
        return Quarantined(name, lead, rows, record.Rows.Rejected, page, rest, $"/api{download}");
    }

    private static PageResult Quarantined(
        string name, string lead, IReadOnlyList<QuarantineRow> rows, long total, int page, string pages, string download) =>
        PageResult.Page<QuarantinedRowsPage>(new()
        {
            [nameof(QuarantinedRowsPage.Dataset)] = name,
            [nameof(QuarantinedRowsPage.Lead)] = lead,
            [nameof(QuarantinedRowsPage.Shown)] = rows,
            [nameof(QuarantinedRowsPage.Total)] = total,
            [nameof(QuarantinedRowsPage.Number)] = page,
            [nameof(QuarantinedRowsPage.Pages)] = pages,
            [nameof(QuarantinedRowsPage.Download)] = download,
        });

    private static async Task<StoredRefresh> FindRefreshAsync(
        string name, string id, DashboardParts parts, CancellationToken cancellationToken)
    {
        RequestCheck.Name(name, "dataset");
        return (await parts.Datasets.RefreshesAsync(name, cancellationToken)).FirstOrDefault(r => r.Record.Id == id)
            ?? throw new ApiException(Problem.NotFound($"Dataset '{name}' has no refresh of this id."));
    }
}
