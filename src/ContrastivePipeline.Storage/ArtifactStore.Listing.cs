using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Models;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    /// <summary>Lists the blobs whose path begins with a prefix, in ordinal order of their paths.</summary>
    /// <param name="prefix">For example <c>runs/</c>; empty for all.</param>
    /// <returns>Their artifacts; <see cref="Artifact.Sha256"/> is empty for a blob that another program wrote.</returns>
    public async IAsyncEnumerable<Artifact> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var entry in ListEntriesAsync(prefix, cancellationToken))
            yield return entry.Artifact;
    }

    /// <summary>As <see cref="ListAsync"/>, with the times of the last writes.</summary>
    public IAsyncEnumerable<BlobEntry> ListEntriesAsync(string prefix, CancellationToken cancellationToken = default)
    {
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = StorePath.ValidatePrefix(prefix) };
        return EnumerateAsync(prefix, _container.GetBlobsAsync(options, cancellationToken), EntryOf, cancellationToken);
    }

    /// <summary>A blob as a listing shows it, without its content; null where there is none.</summary>
    public async Task<BlobEntry?> FindAsync(string path, CancellationToken cancellationToken = default) =>
        await ListEntriesAsync(path, cancellationToken).FirstOrDefaultAsync(entry => entry.Artifact.Path == path, cancellationToken);

    /// <summary>Lists the folders directly under a folder, without what is in them.</summary>
    /// <param name="folder">For example <c>datasets/</c>: ends with '/', or is empty for the root.</param>
    /// <returns>Their names, without slashes, in ordinal order.</returns>
    public async IAsyncEnumerable<string> ListFoldersAsync(
        string folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var items = EnumerateAsync(folder, _container.GetBlobsByHierarchyAsync(InFolder(folder, BlobTraits.None), cancellationToken),
            item => item, cancellationToken);
        await foreach (var item in items)
        {
            if (item.IsPrefix)
                yield return item.Prefix[folder.Length..^1];
        }
    }

    /// <summary>Lists the blobs directly in a folder, and not those in folders below it.</summary>
    /// <param name="folder">For example <c>inbox/</c>: ends with '/', or is empty for the root.</param>
    public async IAsyncEnumerable<BlobEntry> ListFilesAsync(
        string folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var items = EnumerateAsync(folder, _container.GetBlobsByHierarchyAsync(InFolder(folder, BlobTraits.Metadata), cancellationToken),
            item => item, cancellationToken);
        await foreach (var item in items)
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
        string prefix, IAsyncEnumerable<TItem> items, Func<TItem, TResult> select,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var enumerator = items.GetAsyncEnumerator(cancellationToken);
        var action = $"list '{prefix}'";
        Task<bool> NextAsync() => enumerator.MoveNextAsync().AsTask();
        for (var any = await _faults.GuardAsync(action, NextAsync, cancellationToken); any;
            any = await _faults.GuardPartAsync(action, NextAsync, cancellationToken))
        {
            yield return select(enumerator.Current);
        }
    }
}
