namespace ContrastivePipeline.Storage;

/// <summary>A folder on disk that its owner deletes. A killed owner cannot, so the next one of the same root does: a lock file beside the
/// folder, which the operating system frees with its process, says whether the owner lives.</summary>
public sealed class ScratchFolder : IDisposable
{
    private const string LockExtension = ".lock";

    private readonly FileStream _lock;

    private ScratchFolder(string path, FileStream owned)
    {
        (Path, _lock) = (path, owned);
        Directory.CreateDirectory(path);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Makes an empty folder, and deletes those beside it whose owners were killed.</summary>
    /// <param name="root">The folder for scratch folders, on the disk that has space for them; created where it is not.</param>
    /// <param name="name">Beginning of its name, for a person who looks.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static ScratchFolder Create(string root, string name)
    {
        Directory.CreateDirectory(root);
        DeleteAbandoned(root);
        while (true)
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(root), $"{name}-{Guid.NewGuid():N}");
            // The lock is created first and deleted last: the folder of a running owner always has one.
            if (TryLock(path + LockExtension, FileMode.CreateNew) is { } owned)
                return new ScratchFolder(path, owned);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Delete(Path, _lock);

    private static void DeleteAbandoned(string root)
    {
        foreach (var file in Directory.EnumerateFiles(root, "*" + LockExtension))
        {
            try
            {
                if (TryLock(file, FileMode.Open) is { } abandoned)
                    Delete(file[..^LockExtension.Length], abandoned);
            }
            catch (Exception left) when (left is IOException or UnauthorizedAccessException)
            {
                // Another process is deleting it, or it belongs to another user.
            }
        }
    }

    /// <summary>Null where another process holds the lock, or where the file is gone.</summary>
    private static FileStream? TryLock(string file, FileMode mode)
    {
        try
        {
            return new FileStream(file, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(file) || mode == FileMode.Open)
        {
            return null;
        }
    }

    private static void Delete(string folder, FileStream owned)
    {
        using (owned)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>Free space on the disks of this machine.</summary>
public static class DiskSpace
{
    private const long NearlyFull = 32 << 20;

    /// <summary>Free bytes on the disk that holds a folder, or would hold it: the nearest folder above that exists counts.</summary>
    public static long FreeBytes(string folder)
    {
        var existing = new DirectoryInfo(Path.GetFullPath(folder));
        while (!existing.Exists && existing.Parent is { } parent)
            existing = parent;
        return new DriveInfo(existing.FullName).AvailableFreeSpace;
    }

    /// <summary>Whether a failed write into a folder is likely a lack of space. False where the folder is unknown.</summary>
    internal static bool IsNearlyFull(string? folder) => folder is not null && FreeBytes(folder) < NearlyFull;
}
