using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Stores;

/// <summary>An open store for the length of a command.</summary>
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

    /// <summary>Opens the store of a call.</summary>
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
