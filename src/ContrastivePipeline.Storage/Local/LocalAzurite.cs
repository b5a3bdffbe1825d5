namespace ContrastivePipeline.Storage.Local;

/// <summary>
/// The store of a laptop: Azurite for one data folder, shared by all programs that use that folder. The first starts it, others
/// join, the last to leave ends it. Whoever uses it starts it again when it dies.
/// </summary>
public sealed class LocalAzurite : IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly string folder;
    private readonly AzuriteProcess azurite;
    private readonly IProgress<string>? progress;
    private readonly CancellationTokenSource leaving = new();
    private readonly Task watching;
    private ProcessIdentity process;

    private LocalAzurite(string folder, AzuriteProcess azurite, AzuriteState state, IProgress<string>? progress)
    {
        this.folder = folder;
        this.azurite = azurite;
        this.progress = progress;
        process = state.Process;
        Port = state.Port;
        Address = StoreAddress.ParseLocal(azurite.ConnectionString(Port), folder);
        watching = Task.Run(WatchAsync);
    }

    /// <summary>Where it is, for <see cref="ArtifactStore.OpenAsync(StoreAddress, CancellationToken)"/>.</summary>
    public StoreAddress Address { get; }

    /// <summary>Its port on the loopback interface, the same for as long as this object lives.</summary>
    public int Port { get; }

    /// <summary>Azurite's process number at the moment.</summary>
    public int ProcessId => Volatile.Read(ref process).Id;

    /// <summary>Joins the Azurite that serves the data folder, or installs and starts one.</summary>
    /// <exception cref="LocalStoreException">Node.js is missing, or the installation or the start failed.</exception>
    public static async Task<LocalAzurite> JoinOrStartAsync(LocalStoreOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var packagesFolder = Path.GetFullPath(options.PackagesFolder ?? LocalPackages.FindFolder());
        await LocalPackages.EnsureInstalledAsync(packagesFolder, options.Progress, ct).ConfigureAwait(false);
        var folder = Path.GetFullPath(options.DataFolder);
        Directory.CreateDirectory(folder);

        using var locked = await LockAsync(folder, ct).ConfigureAwait(false);
        var azurite = new AzuriteProcess(folder, packagesFolder);
        var state = AzuriteState.Read(folder);
        IEnumerable<ProcessIdentity> others = state?.Users.Where(user => user.IsAliveHere) ?? [];
        if (state is null || !state.Process.IsAliveHere || !await azurite.AnswersAsync(state.Port, ct).ConfigureAwait(false))
        {
            // Programs that already use this folder know its port: keep it for them.
            int? port = others.Any() ? state!.Port : null;
            if (state is not null)
                AzuriteProcess.End(state.Process);
            options.Progress?.Report("Starting the local store");
            var (startedPort, startedProcess) = await azurite.StartAsync(port, ct).ConfigureAwait(false);
            state = new AzuriteState(startedPort, startedProcess, []);
        }

        state = state with { Users = [.. others, ProcessIdentity.Current] };
        state.Write(folder);
        return new LocalAzurite(folder, azurite, state, options.Progress);
    }

    /// <summary>Leaves; ends Azurite when nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (leaving.IsCancellationRequested)
            return;
        await leaving.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        using var locked = await LockAsync(folder, CancellationToken.None).ConfigureAwait(false);
        if (AzuriteState.Read(folder) is { } state)
        {
            var others = state.Users.Where(user => user.IsAliveHere).ToList();
            others.Remove(ProcessIdentity.Current);
            if (others.Count == 0)
                AzuriteProcess.End(state.Process);
            (state with { Users = others }).Write(folder);
        }

        leaving.Dispose();
    }

    private static Task<FileLock> LockAsync(string folder, CancellationToken ct) =>
        FileLock.AcquireAsync(Path.Combine(folder, "azurite.lock"), onWait: null, ct);

    private async Task WatchAsync()
    {
        var pause = WatchInterval;
        try
        {
            while (true)
            {
                await Task.Delay(pause, leaving.Token).ConfigureAwait(false);
                if (Volatile.Read(ref process).IsAliveHere)
                    pause = WatchInterval;
                else
                    pause = await TryRestartAsync(leaving.Token).ConfigureAwait(false) ? WatchInterval : Longer(pause);
            }
        }
        catch (OperationCanceledException)
        {
            // We leave.
        }
    }

    private async Task<bool> TryRestartAsync(CancellationToken ct)
    {
        try
        {
            using var locked = await LockAsync(folder, ct).ConfigureAwait(false);
            var state = AzuriteState.Read(folder);
            // Another user of the folder may have been quicker.
            if (state is null || !state.Process.IsAliveHere)
            {
                progress?.Report("The local store stopped; starting it again");
                var (_, started) = await azurite.StartAsync(Port, ct).ConfigureAwait(false);
                state = new AzuriteState(Port, started, state?.Users ?? [ProcessIdentity.Current]);
                state.Write(folder);
            }

            Volatile.Write(ref process, state.Process);
            return true;
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            // Requests that wait for the store fail by themselves when it stays away.
            progress?.Report(e.Message);
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
