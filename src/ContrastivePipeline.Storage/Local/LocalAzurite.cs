namespace ContrastivePipeline.Storage.Local;

/// <summary>The store of a laptop: Azurite for one data folder, shared by all programs that use that folder. The first starts it, others
/// join it; it ends by itself some time after the last has left. A program that uses it starts it again when it dies.</summary>
public sealed class LocalAzurite : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    private readonly AzuriteFolder _folder;
    private readonly IProgress<string>? _progress;
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _watching;
    private volatile AzuriteUse _use;

    private LocalAzurite(AzuriteFolder folder, AzuriteUse use, IProgress<string>? progress)
    {
        _folder = folder;
        _use = use;
        _progress = progress;
        Port = use.State.Port;
        Address = StoreAddress.ParseLocal(folder.ConnectionString(Port), folder.Path);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Where it is, for <see cref="ArtifactStore.OpenAsync(StoreAddress, CancellationToken)"/>.</summary>
    public StoreAddress Address { get; }

    /// <summary>Its port on the loopback interface, the same for as long as this object lives.</summary>
    public int Port { get; }

    /// <summary>Azurite's process number at the moment; 0 where whoever started it was killed before it could note it.</summary>
    public int ProcessId => _use.State.Process?.Id ?? 0;

    /// <summary>Joins the Azurite that serves the data folder, or installs and starts one.</summary>
    /// <exception cref="LocalStoreException">Node.js is missing, or the installation or the start failed, or the folder is in use where
    /// this program cannot reach it.</exception>
    public static async Task<LocalAzurite> JoinOrStartAsync(LocalStoreOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = new AzuriteFolder(options);
        return new LocalAzurite(folder, await folder.JoinOrStartAsync(port: null, cancellationToken), options.Progress);
    }

    /// <summary>Ends this use. Without a linger time, and with no other user, Azurite has ended when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leaving.IsCancellationRequested)
            return;
        await _leaving.CancelAsync();
        await _watching;
        var isLast = _use.Users == 1;
        _use.Dispose();
        await _use.Ended;
        if (isLast && _folder.Linger == TimeSpan.Zero && _use.State.Process is { } process)
            await AwaitEndAsync(process);
        _leaving.Dispose();
    }

    private static async Task AwaitEndAsync(ProcessIdentity process)
    {
        // Bounded, because another program may have joined at the same moment.
        for (var waited = TimeSpan.Zero; process.IsAliveHere && waited < EndTimeout; waited += FirstPause)
            await Task.Delay(FirstPause);
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await _use.Ended.WaitAsync(_leaving.Token);
                await RejoinAsync(_leaving.Token);
            }
        }
        catch (Exception) when (_leaving.IsCancellationRequested)
        {
            // A rejoin that fails while this is disposed does not matter.
        }
    }

    private async Task RejoinAsync(CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                _use = await _folder.JoinOrStartAsync(Port, cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Requests that wait for the store fail by themselves when it stays unavailable.
                _progress?.Report(e.Message);
            }

            await Task.Delay(pause, cancellationToken);
        }
    }
}

/// <summary>Folders and lifetime of the local store.</summary>
public sealed record LocalStoreOptions
{
    /// <summary>The folder of its data, key, log and endpoint file. <c>.contrastive/store</c> in the working directory.</summary>
    public string DataFolder { get; init; } = Path.Combine(".contrastive", "store");

    /// <summary>The folder of its npm packages; looked for by <see cref="LocalPackages.FindFolder()"/> when null.</summary>
    public string? PackagesFolder { get; init; }

    /// <summary>How long Azurite stays for others when this program is the last to leave: starting it takes seconds. Not at all by
    /// default.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary>Whether nothing outlives Azurite: for tests, which need not pay for what every change costs that is safe on disk.</summary>
    internal bool InMemory { get; init; }

    /// <summary>Receives a message for each slow step, and when Azurite had to be started again.</summary>
    public IProgress<string>? Progress { get; init; }
}

/// <summary>The local store could not be installed or started. The message says what to do.</summary>
public sealed class LocalStoreException(string message, Exception? inner = null) : StoreException(message, inner);
