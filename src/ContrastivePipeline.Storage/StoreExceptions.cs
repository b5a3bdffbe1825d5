namespace ContrastivePipeline.Storage;

/// <summary>Something went wrong between the program and its artifact store. The message is for the user and has no secrets.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store did not answer, or answered with server errors, for as long as requests are repeated.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>The store refuses this account, key or identity.</summary>
public sealed class StoreAccessDeniedException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>There is no space left where the store keeps its data.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>An artifact that something refers to is not in the store.</summary>
public sealed class ArtifactMissingException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>A blob does not have the length or the SHA-256 that it was written with.</summary>
public sealed class ArtifactCorruptException(Artifact artifact, string expected, string found) : StoreException(
    $"The artifact '{artifact.Path}' is damaged: expected {expected}, found {found}. " +
    "'contrastive repair RUN' removes what is damaged of a run; then run its experiment again: only what is gone is made again.")
{
    /// <summary>What was asked for.</summary>
    public Artifact Artifact { get; } = artifact;

    /// <summary>Where the blob is.</summary>
    public string Path => Artifact.Path;

    /// <summary>What was promised.</summary>
    public string Expected { get; } = expected;

    /// <summary>What was read.</summary>
    public string Found { get; } = found;
}
