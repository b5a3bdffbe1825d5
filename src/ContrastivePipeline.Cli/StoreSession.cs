namespace ContrastivePipeline.Cli;

/// <summary>The store that a command works on, open until disposed.</summary>
internal sealed class StoreSession : IAsyncDisposable
{
    private readonly StorePlace _place;

    private StoreSession(ArtifactStore store, StorePlace place)
    {
        Store = store;
        Runs = new RunStore(store);
        _place = place;
    }

    public ArtifactStore Store { get; }

    public RunStore Runs { get; }

    public StoreAddress Address => _place.Address;

    /// <summary>Opens the store that the options of a call name.</summary>
    /// <exception cref="UsageException">The address makes no sense.</exception>
    /// <exception cref="StoreException">The store does not work.</exception>
    public static async Task<StoreSession> OpenAsync(Invocation call, CancellationToken cancellationToken)
    {
        var place = await StorePlace.OpenAsync(call, cancellationToken);
        try
        {
            return new StoreSession(await ArtifactStore.OpenAsync(place.Address, cancellationToken), place);
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();
}

/// <summary>The address of a store. A local store keeps running for as long as this is not disposed.</summary>
internal sealed class StorePlace : IAsyncDisposable
{
    // Starting the local store takes seconds, and a command is often followed by the next within a minute.
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(1);

    private readonly LocalAzurite? _local;

    private StorePlace(StoreAddress address, LocalAzurite? local)
    {
        Address = address;
        _local = local;
    }

    public StoreAddress Address { get; }

    /// <summary>Resolves --store, or else the local store, which is installed and started where necessary.</summary>
    /// <exception cref="UsageException">The address makes no sense.</exception>
    /// <exception cref="LocalStoreException">The local store cannot be started.</exception>
    public static async Task<StorePlace> OpenAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.StoreText is { } text)
            return new StorePlace(Parse(text), null);
        var options = new LocalStoreOptions
        {
            DataFolder = Path.Combine(call.LocalFolder, "store"),
            Linger = Linger,
            Progress = new Notices(call),
        };
        var local = await LocalAzurite.JoinOrStartAsync(options, cancellationToken);
        return new StorePlace(local.Address, local);
    }

    public ValueTask DisposeAsync() => _local?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static StoreAddress Parse(string text)
    {
        try
        {
            return StoreAddress.Parse(text);
        }
        catch (ArgumentException wrong)
        {
            // .NET appends " (Parameter 'text')" to the message.
            throw new UsageException(wrong.Message.Split(" (Parameter")[0], wrong);
        }
    }
}
