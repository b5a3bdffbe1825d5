using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Versions;

/// <summary>What can be deleted of a dataset: nothing has been yet.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Revision">Of the current version when this was found; where it has changed since, nothing is deleted.</param>
/// <param name="Versions">Versions that nobody needs.</param>
/// <param name="Kept">Versions that stay.</param>
/// <param name="Blobs">Everything that goes: manifests, parts, records of refreshes, and what killed refreshes left behind.</param>
public sealed record DatasetGarbage(
    string Dataset, long Revision, IReadOnlyList<string> Versions, IReadOnlyList<string> Kept, IReadOnlyList<BlobEntry> Blobs)
{
    /// <summary>Records that cannot be read; as long as there are any, nothing goes.</summary>
    public IReadOnlyList<UnreadableRecord> Unreadable { get; init; } = [];

    /// <summary>Bytes of all blobs that go.</summary>
    public long Bytes => Blobs.Sum(blob => blob.Artifact.Length);
}
