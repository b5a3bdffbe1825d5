using Azure;

namespace ContrastivePipeline.Storage;

/// <summary>A blob as a listing shows it.</summary>
/// <param name="Artifact">Where it is; <see cref="Artifact.Sha256"/> is empty for a blob that another program wrote.</param>
/// <param name="LastModified">When it was written last.</param>
/// <param name="ETag">Names this content, for <see cref="ArtifactStore.TryDeleteAsync"/>.</param>
public sealed record BlobEntry(Artifact Artifact, DateTimeOffset LastModified, ETag ETag);
