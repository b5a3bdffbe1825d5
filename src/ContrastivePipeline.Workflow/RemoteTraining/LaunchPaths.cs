namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>What an execution leaves in the store: <c>launches/{execution}/</c>.</summary>
internal static class LaunchPaths
{
    /// <summary>The order, written before the machine is asked for.</summary>
    public static string Order(string execution) => $"launches/{execution}/order.json";

    /// <summary>Held while the machine is being asked for, so that it is asked for once.</summary>
    public static string Lock(string execution) => $"launches/{execution}/lock";

    /// <summary>The machine that was asked for.</summary>
    public static string Started(string execution) => $"launches/{execution}/started.json";

    /// <summary>When its platform first said that it runs.</summary>
    public static string Running(string execution) => $"launches/{execution}/running.json";

    /// <summary>Rewritten every few seconds by the machine as long as it works.</summary>
    public static string Heartbeat(string execution) => $"launches/{execution}/heartbeat.json";

    /// <summary>How it ended, written once.</summary>
    public static string Outcome(string execution) => $"launches/{execution}/outcome.json";

    /// <summary>Signals its end to the host, which deletes it.</summary>
    public static string Signal(string listener, string name) => $"{listener}/{name}.json";
}

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
