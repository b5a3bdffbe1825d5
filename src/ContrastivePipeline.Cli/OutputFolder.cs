namespace ContrastivePipeline.Cli;

/// <summary>A folder that a command will write into.</summary>
internal static class OutputFolder
{
    /// <summary>Looks, before any work is done for it, whether files can be written there. Makes nothing.</summary>
    /// <param name="option">What named it, for the message.</param>
    /// <param name="folder">The folder; need not exist.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="UsageException">They cannot.</exception>
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
