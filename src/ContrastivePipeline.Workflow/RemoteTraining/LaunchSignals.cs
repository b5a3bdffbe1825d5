namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>Where machines leave word for their host: a container of its own, which a host can watch without listing the store.</summary>
public static class LaunchSignals
{
    /// <summary>The container beside a store's.</summary>
    public static StoreAddress AddressOf(StoreAddress store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.WithContainer($"{store.Container}-signals");
    }
}
