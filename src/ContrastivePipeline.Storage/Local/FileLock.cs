namespace ContrastivePipeline.Storage.Local;

/// <summary>A lock between the processes of one machine. The operating system frees it when its holder ends, however that ends.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    /// <param name="file">The file that stands for it; stays behind, empty.</param>
    /// <param name="onWait">Called once when somebody else holds it.</param>
    /// <exception cref="LocalStoreException">The file cannot be opened, for example on a read-only or full disk.</exception>
    public static async Task<FileLock> AcquireAsync(string file, Action? onWait, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                return new FileLock(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                if (first)
                    onWait?.Invoke();
                await Task.Delay(100, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LocalStoreException(
                    $"The lock file {file} cannot be opened: {e.Message} " +
                    "Make its folder writable, free some space, or name another folder with --local.", e);
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    // .NET has no exception of its own for this: ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows, elsewhere EWOULDBLOCK.
    private static bool IsHeldByAnother(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33
        : OperatingSystem.IsLinux() ? e.HResult == 11
        : e.HResult == 35;
}
