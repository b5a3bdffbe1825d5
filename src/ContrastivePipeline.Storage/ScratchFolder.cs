namespace ContrastivePipeline.Storage;

/// <summary>
/// A folder on disk that its owner deletes. A killed owner cannot, so the next one of the same root does: a lock file beside the folder, which the
/// operating system frees with its process, says whether the owner lives.
/// </summary>
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
            // The lock comes first and goes last: there is no moment at which a folder of a living owner has none.
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
                // Another process deletes it at the same time, or it is another user's.
            }
        }
    }

    /// <summary>Null where somebody else has it, or where it is gone.</summary>
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
