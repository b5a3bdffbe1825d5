namespace ContrastivePipeline.Storage.Local;

/// <summary>A lock between the processes of one machine. The operating system frees it when its holder ends, however that ends.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits for the lock.</summary>
    /// <param name="file">The file that stands for it; stays behind, empty.</param>
    /// <param name="onWait">Called once when somebody else holds it.</param>
    /// <param name="ct">Stops waiting.</param>
    public static async Task<FileLock> AcquireAsync(string file, Action? onWait, CancellationToken ct)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                return new FileLock(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                if (first)
                    onWait?.Invoke();
                await Task.Delay(100, ct).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => stream.Dispose();
}
