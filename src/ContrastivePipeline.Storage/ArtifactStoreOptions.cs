namespace ContrastivePipeline.Storage;

/// <summary>How patient a store is.</summary>
public sealed record ArtifactStoreOptions
{
    /// <summary>
    /// How long a request is repeated while the store is unreachable or answers with server errors, or the service that
    /// signs in to it does. 90 s; longer for a large body, as <see cref="AttemptTimeout"/> is.
    /// </summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// How long one attempt may take, its body aside. 30 s. A body adds what it takes at 1 Mbit/s: a block of 4 MiB half a
    /// minute, a request of 32 MiB four and a half.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
