namespace ContrastivePipeline.Web;

/// <summary>What the API and the pages work with.</summary>
/// <param name="Store">The store. Give it little patience: a reader would rather hear soon that it is away.</param>
public sealed record WebParts(ArtifactStore Store)
{
    /// <summary>Starts, cancels and resumes runs; null where the server only shows them.</summary>
    public IRunControl? Control { get; init; }

    /// <summary>Refreshes captions; null where the server only shows datasets.</summary>
    public CaptionRefreshes? Refreshes { get; init; }

    /// <summary>Longest caption table, bytes. 256 MiB.</summary>
    public long LongestTable { get; init; } = 256L << 20;

    /// <summary>Records of runs to keep in memory, bytes. 64 MiB.</summary>
    public long KeptRecords { get; init; } = 64L << 20;

    /// <summary>The experiments that can be started by name.</summary>
    public ExperimentLibrary Experiments { get; init; } = new(null);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes what whoever runs the program should know: faults that are no client's. Never a key.</summary>
    public Action<string> Notice { get; init; } = _ => { };
}

/// <summary>The server cannot be started as it was asked to be. The message says what to do.</summary>
public sealed class WebStartException(string message, Exception? inner = null) : Exception(message, inner);
