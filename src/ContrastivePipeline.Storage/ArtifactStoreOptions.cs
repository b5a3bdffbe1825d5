namespace ContrastivePipeline.Storage;

/// <summary>How patient a store is.</summary>
public sealed record ArtifactStoreOptions
{
    /// <summary>How long a request is repeated while the store is unreachable or answers with server errors. 90 s.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long one attempt may take, a block of 4 MiB at most. 30 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
