namespace ContrastivePipeline.Storage.Local;

/// <summary>A data folder, and how a program comes to use the Azurite that serves it.</summary>
internal sealed class AzuriteFolder(LocalStoreOptions options)
{
    private AzuriteProcess? azurite;

    /// <summary>Full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(options.DataFolder);

    /// <summary>How long Azurite stays if this program is the last to use it.</summary>
    public TimeSpan Linger => options.Linger;

    /// <summary>How to reach an Azurite of this folder.</summary>
    public string ConnectionString(int port) => Azurite.ConnectionString(port);

    /// <summary>Joins the Azurite that serves the folder, or starts one.</summary>
    /// <param name="port">The only port that will do; null for any.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LocalStoreException">Neither was possible.</exception>
    public async Task<AzuriteUse> JoinOrStartAsync(int? port, CancellationToken ct)
    {
        // The common case takes no lock and writes nothing.
        if (await TryJoinAsync(AzuriteState.Read(Path), port, ct).ConfigureAwait(false) is { } joined)
            return joined;

        var packages = System.IO.Path.GetFullPath(options.PackagesFolder ?? LocalPackages.FindFolder());
        await LocalPackages.EnsureInstalledAsync(packages, options.Progress, ct).ConfigureAwait(false);
        Create(Path);
        var lockFile = System.IO.Path.Combine(Path, "azurite.lock");
        using var locked = await FileLock.AcquireAsync(lockFile, onWait: null, ct).ConfigureAwait(false);
        var state = AzuriteState.Read(Path);
        if (await TryJoinAsync(state, port, ct).ConfigureAwait(false) is { } started)
            return started;
        if (state is not null && await EndOrJoinAsync(state, port, ct).ConfigureAwait(false) is { } late)
            return late;
        options.Progress?.Report(port is null ? "Starting the local store" : "The local store stopped; starting it again");
        return await Azurite.StartAsync(packages, port ?? state?.Port, port is not null, Linger, ct).ConfigureAwait(false);
    }

    private AzuriteProcess Azurite => azurite ??= new AzuriteProcess(Path);

    private async Task<AzuriteUse?> TryJoinAsync(AzuriteState? state, int? port, CancellationToken ct)
    {
        if (state is null || await AzuriteUse.TryBeginAsync(state, Linger, ct).ConfigureAwait(false) is not { } use)
            return null;
        if (port is null || port == state.Port)
            return use;
        use.Dispose();
        throw new LocalStoreException(
            $"The local store in {Path} was started again on port {state.Port}, for another program took {port}. Start this command again.");
    }

    /// <summary>Makes sure that an Azurite that does not answer is none, or joins it where it only was slow to start.</summary>
    private async Task<AzuriteUse?> EndOrJoinAsync(AzuriteState state, int? port, CancellationToken ct)
    {
        if (state.Process is { } process && (process.IsAliveHere || process.IsKnownDead))
        {
            AzuriteProcess.End(process);
            return null;
        }

        if (await AzuriteHeartbeat.FindAsync(Path, ct).ConfigureAwait(false) is not { } place)
            return null;
        return await TryJoinAsync(state, port, ct).ConfigureAwait(false) ?? throw new LocalStoreException(
            $"The store in {Path} is in use where this program cannot reach it, by {place}: a container, or another machine. " +
            "End what uses it there and wait a minute, or name another folder with --local.");
    }

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalStoreException(
                $"The folder {folder} of the local store cannot be created: {e.Message} Name another with --local.", e);
        }
    }
}
