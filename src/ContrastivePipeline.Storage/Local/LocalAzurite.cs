namespace ContrastivePipeline.Storage.Local;

/// <summary>
/// The store of a laptop: Azurite for one data folder, shared by all programs that use that folder. The first starts it, others
/// join; it ends by itself some time after the last has left. Whoever uses it starts it again when it dies.
/// </summary>
public sealed class LocalAzurite : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    private readonly AzuriteFolder folder;
    private readonly IProgress<string>? progress;
    private readonly CancellationTokenSource leaving = new();
    private readonly Task watching;
    private volatile AzuriteUse use;

    private LocalAzurite(AzuriteFolder folder, AzuriteUse use, IProgress<string>? progress)
    {
        this.folder = folder;
        this.use = use;
        this.progress = progress;
        Port = use.State.Port;
        Address = StoreAddress.ParseLocal(folder.ConnectionString(Port), folder.Path);
        watching = Task.Run(WatchAsync);
    }

    /// <summary>Where it is, for <see cref="ArtifactStore.OpenAsync(StoreAddress, CancellationToken)"/>.</summary>
    public StoreAddress Address { get; }

    /// <summary>Its port on the loopback interface, the same for as long as this object lives.</summary>
    public int Port { get; }

    /// <summary>Azurite's process number at the moment; 0 where whoever started it was killed before it could note it.</summary>
    public int ProcessId => use.State.Process?.Id ?? 0;

    /// <summary>Joins the Azurite that serves the data folder, or installs and starts one.</summary>
    /// <exception cref="LocalStoreException">
    /// Node.js is missing, or the installation or the start failed, or the folder is in use where this program cannot reach it.
    /// </exception>
    public static async Task<LocalAzurite> JoinOrStartAsync(LocalStoreOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = new AzuriteFolder(options);
        return new LocalAzurite(folder, await folder.JoinOrStartAsync(port: null, ct).ConfigureAwait(false), options.Progress);
    }

    /// <summary>Leaves. Where Azurite need not stay and nobody else uses it, it has ended when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        if (leaving.IsCancellationRequested)
            return;
        await leaving.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        var isLast = use.Users == 1;
        use.Dispose();
        await use.Ended.ConfigureAwait(false);
        if (isLast && folder.Linger == TimeSpan.Zero && use.State.Process is { } process)
            await AwaitEndAsync(process).ConfigureAwait(false);
        leaving.Dispose();
    }

    private static async Task AwaitEndAsync(ProcessIdentity process)
    {
        // Bounded, for somebody may have joined this very moment.
        for (var waited = TimeSpan.Zero; process.IsAliveHere && waited < EndTimeout; waited += FirstPause)
            await Task.Delay(FirstPause).ConfigureAwait(false);
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await use.Ended.WaitAsync(leaving.Token).ConfigureAwait(false);
                await RejoinAsync(leaving.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (leaving.IsCancellationRequested)
        {
            // Whatever was under way is not wanted any more.
        }
    }

    private async Task RejoinAsync(CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                use = await folder.JoinOrStartAsync(Port, ct).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // Requests that wait for the store fail by themselves when it stays away.
                progress?.Report(e.Message);
            }

            await Task.Delay(pause, ct).ConfigureAwait(false);
        }
    }
}
