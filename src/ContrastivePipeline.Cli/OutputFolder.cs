namespace ContrastivePipeline.Cli;

/// <summary>Checks a folder that a command is going to write into.</summary>
internal static class OutputFolder
{
    /// <summary>Checks that files can be written into a folder, before any work is done for them. Creates nothing.</summary>
    /// <param name="option">The option that names the folder, for the message.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="UsageException">They cannot be written.</exception>
    public static string Require(string option, string folder)
    {
        var full = Path.GetFullPath(folder);
        return ProblemOf(full) is { } problem ? throw new UsageException($"{option} {folder}: {problem} Name another folder.") : full;
    }

    /// <summary>Why no file can be written into a folder, as a sentence; null where one can.</summary>
    public static string? ProblemOf(string folder)
    {
        var existing = Path.GetFullPath(folder);
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        if (!Directory.Exists(existing))
            return $"'{existing}' is a file, not a folder.";
        try
        {
            using var probe = File.Create(Path.Combine(existing, $".contrastive-{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"nothing can be written into '{existing}' (a read-only disk, or the rights of another user).";
        }
    }
}

/// <summary>A report in a folder of this machine: <c>report.html</c>, <c>results.csv</c>, <c>results.json</c>, <c>costs.csv</c>.</summary>
internal static class ReportFolder
{
    /// <summary>Path of a run's report where --out does not name another.</summary>
    public static string Default(Invocation call, string runId) => Path.Combine(call.LocalFolder, "reports", runId);

    /// <summary>Writes the files; replaces those of the same names.</summary>
    /// <returns>Full path of <c>report.html</c>.</returns>
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
