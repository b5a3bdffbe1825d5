using Azure;

namespace ContrastivePipeline.Storage;

/// <summary>A blob that will not change: where it is, how long it is, and what it must hash to.</summary>
/// <param name="Path">Path inside the store, with '/' between folders and no leading '/'.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
public sealed record Artifact(string Path, long Length, string Sha256);

/// <summary>A blob as a listing shows it.</summary>
/// <param name="Artifact">Where it is; <see cref="Artifact.Sha256"/> is empty for a blob that another program wrote.</param>
/// <param name="ETag">Names this content, for <see cref="ArtifactStore.TryDeleteAsync"/>.</param>
public sealed record BlobEntry(Artifact Artifact, DateTimeOffset LastModified, ETag ETag);

/// <summary>A blob that may change: what it held when it was read.</summary>
/// <param name="ETag">Names this content, for <see cref="ArtifactStore.TryReplaceAsync"/>.</param>
public sealed record StoredBlob(string Path, byte[] Content, ETag ETag);
