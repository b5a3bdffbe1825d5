using Azure;

namespace ContrastivePipeline.Storage;

/// <summary>A blob that may change: what it held when it was read.</summary>
/// <param name="Path">Path inside the store.</param>
/// <param name="Content">All of its bytes.</param>
/// <param name="ETag">Names this content, for <see cref="ArtifactStore.TryReplaceAsync"/>.</param>
public sealed record StoredBlob(string Path, byte[] Content, ETag ETag);
