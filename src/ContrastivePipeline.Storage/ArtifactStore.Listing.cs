using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Models;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    /// <summary>Lists the blobs whose path begins with a prefix, in ordinal order of their paths.</summary>
    /// <param name="prefix">For example <c>runs/</c>; empty for all.</param>
    /// <param name="ct">Stops listing.</param>
    /// <returns>Their artifacts; <see cref="Artifact.Sha256"/> is empty for a blob that another program wrote.</returns>
    public async IAsyncEnumerable<Artifact> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var entry in ListEntriesAsync(prefix, ct).ConfigureAwait(false))
            yield return entry.Artifact;
    }

    /// <summary>As <see cref="ListAsync"/>, with the times of the last writes.</summary>
    public IAsyncEnumerable<BlobEntry> ListEntriesAsync(string prefix, CancellationToken ct = default)
    {
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = StorePath.ValidatePrefix(prefix) };
        return EnumerateAsync(prefix, container.GetBlobsAsync(options, ct), EntryOf, ct);
    }

    /// <summary>Lists the folders directly under a folder, without what is in them.</summary>
    /// <param name="folder">For example <c>datasets/</c>: ends with '/', or is empty for the root.</param>
    /// <param name="ct">Stops listing.</param>
    /// <returns>Their names, without slashes, in ordinal order.</returns>
    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var items = EnumerateAsync(folder, container.GetBlobsByHierarchyAsync(InFolder(folder, BlobTraits.None), ct), item => item, ct);
        await foreach (var item in items.ConfigureAwait(false))
        {
            if (item.IsPrefix)
                yield return item.Prefix[folder.Length..^1];
        }
    }

    /// <summary>Lists the blobs directly in a folder, and not those in folders below it.</summary>
    /// <param name="folder">For example <c>inbox/</c>: ends with '/', or is empty for the root.</param>
    /// <param name="ct">Stops listing.</param>
    public async IAsyncEnumerable<BlobEntry> ListFilesAsync(string folder, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var items = EnumerateAsync(folder, container.GetBlobsByHierarchyAsync(InFolder(folder, BlobTraits.Metadata), ct), item => item, ct);
        await foreach (var item in items.ConfigureAwait(false))
        {
            if (item.IsBlob)
                yield return EntryOf(item.Blob);
        }
    }

    private static GetBlobsByHierarchyOptions InFolder(string folder, BlobTraits traits)
    {
        StorePath.ValidatePrefix(folder);
        return folder.Length == 0 || folder.EndsWith('/')
            ? new GetBlobsByHierarchyOptions { Delimiter = "/", Prefix = folder, Traits = traits }
            : throw new ArgumentException($"'{folder}' does not end with '/'.", nameof(folder));
    }

    private static BlobEntry EntryOf(BlobItem blob) => new(
        new Artifact(blob.Name, blob.Properties.ContentLength ?? 0, HashOf(blob.Metadata) ?? ""),
        blob.Properties.LastModified ?? DateTimeOffset.MinValue,
        blob.Properties.ETag ?? default);

    private async IAsyncEnumerable<TResult> EnumerateAsync<TItem, TResult>(
        string prefix, IAsyncEnumerable<TItem> items, Func<TItem, TResult> select, [EnumeratorCancellation] CancellationToken ct)
    {
        var enumerator = items.GetAsyncEnumerator(ct);
        await using (enumerator.ConfigureAwait(false))
        {
            var action = $"list '{prefix}'";
            Task<bool> Next() => enumerator.MoveNextAsync().AsTask();
            for (var any = await faults.GuardAsync(action, Next, ct).ConfigureAwait(false); any;
                any = await faults.GuardPartAsync(action, Next, ct).ConfigureAwait(false))
            {
                yield return select(enumerator.Current);
            }
        }
    }
}
