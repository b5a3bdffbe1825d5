namespace ContrastivePipeline.Storage.Local;

/// <summary>A data folder: joins the Azurite that serves it, or starts one.</summary>
internal sealed class AzuriteFolder(LocalStoreOptions options)
{
    private AzuriteProcess? _azurite;

    public string Path { get; } = System.IO.Path.GetFullPath(options.DataFolder);

    /// <summary>How long Azurite stays if this program is the last to use it.</summary>
    public TimeSpan Linger => options.Linger;

    public string ConnectionString(int port) => Azurite.ConnectionString(port);

    /// <summary>Joins the Azurite that serves the folder, or starts one.</summary>
    /// <param name="port">The required port; null for any.</param>
    /// <exception cref="LocalStoreException">Neither was possible.</exception>
    public async Task<AzuriteUse> JoinOrStartAsync(int? port, CancellationToken cancellationToken)
    {
        // The common case takes no lock and writes nothing.
        if (await TryJoinAsync(AzuriteState.Read(Path), port, cancellationToken) is { } joined)
            return joined;

        var packages = System.IO.Path.GetFullPath(options.PackagesFolder ?? LocalPackages.FindFolder());
        await LocalPackages.EnsureInstalledAsync(packages, options.Progress, cancellationToken);
        Create(Path);
        var lockFile = System.IO.Path.Combine(Path, "azurite.lock");
        using var locked = await FileLock.AcquireAsync(lockFile, onWait: null, cancellationToken);
        var state = AzuriteState.Read(Path);
        if (await TryJoinAsync(state, port, cancellationToken) is { } started)
            return started;
        if (state is not null && await EndOrJoinAsync(state, port, cancellationToken) is { } late)
            return late;
        options.Progress?.Report(port is null ? "Starting the local store" : "The local store stopped; starting it again");
        return await Azurite.StartAsync(packages, port ?? state?.Port, port is not null, Linger, cancellationToken);
    }

    private AzuriteProcess Azurite => _azurite ??= new AzuriteProcess(Path, options.InMemory);

    private async Task<AzuriteUse?> TryJoinAsync(AzuriteState? state, int? port, CancellationToken cancellationToken)
    {
        if (state is null || await AzuriteUse.TryBeginAsync(state, Linger, cancellationToken) is not { } use)
            return null;
        if (port is null || port == state.Port)
            return use;
        use.Dispose();
        throw new LocalStoreException(
            $"The local store in {Path} was started again on port {state.Port}, "
                + $"because another program uses {port}. Start this command again.");
    }

    /// <summary>Ends an Azurite that does not answer, or joins it where it was only slow to start.</summary>
    private async Task<AzuriteUse?> EndOrJoinAsync(AzuriteState state, int? port, CancellationToken cancellationToken)
    {
        if (state.Process is { } process && (process.IsAliveHere || process.IsKnownDead))
        {
            AzuriteProcess.End(process);
            return null;
        }

        if (await AzuriteHeartbeat.FindAsync(Path, cancellationToken) is not { } place)
            return null;
        return await TryJoinAsync(state, port, cancellationToken) ?? throw new LocalStoreException(
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
