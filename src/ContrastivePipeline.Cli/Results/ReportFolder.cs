using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Pipeline;

namespace ContrastivePipeline.Cli.Results;

/// <summary>A report in a folder of this machine: <c>report.html</c>, <c>results.csv</c>, <c>results.json</c>, <c>costs.csv</c>.</summary>
internal static class ReportFolder
{
    /// <summary>Where a run's report goes by default.</summary>
    public static string Default(Invocation call, string runId) => Path.Combine(call.LocalFolder, "reports", runId);

    /// <summary>Writes the files, over those of the same names.</summary>
    /// <returns>Full path of the page.</returns>
    public static async Task<string> WriteAsync(
        ArtifactStore store, WrittenReport report, string folder, CancellationToken cancellationToken)
    {
        var page = Path.GetFullPath(Path.Combine(folder, "report.html"));
        await store.DownloadAsync(report.Csv, Path.Combine(folder, "results.csv"), cancellationToken);
        await store.DownloadAsync(report.Json, Path.Combine(folder, "results.json"), cancellationToken);
        if (report.Costs is { } costs)
            await store.DownloadAsync(costs, Path.Combine(folder, "costs.csv"), cancellationToken);
        await store.DownloadAsync(report.Html, page, cancellationToken);
        return page;
    }
}
