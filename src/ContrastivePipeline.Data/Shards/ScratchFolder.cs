namespace ContrastivePipeline.Data.Shards;

/// <summary>
/// A temporary folder that its owner deletes. A killed owner cannot, so the next one does: the folder is locked as long as its owner
/// lives.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "contrastive-data-";
    private const string LockName = ".lock";

    // A folder this young may be between its creation and its lock.
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private ScratchFolder(string path)
    {
        Path = path;
        _lock = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Makes a folder, and deletes those whose owners were killed.</summary>
    public static ScratchFolder Create()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*")) DeleteIfAbandoned(folder);
        return new ScratchFolder(Directory.CreateTempSubdirectory(Prefix).FullName);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private static void DeleteIfAbandoned(string folder)
    {
        if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) < Young) return;
        try
        {
            using (new FileStream(System.IO.Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its owner lives, or it is another user's: either way it is not ours to delete.
        }
    }
}
