using System.Security.Cryptography;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ContrastivePipeline.Storage;

/// <summary>
/// Everything that runs produce, in one blob container of Azure Storage or Azurite. A write is atomic: a reader sees the old
/// blob or the new one. What is read through an <see cref="Artifact"/> is what was written, or an exception. Requests are
/// repeated through transient faults. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every method throws <see cref="StoreUnavailableException"/>, <see cref="StoreAccessDeniedException"/>,
/// <see cref="StoreFullException"/> or another <see cref="StoreException"/> when the store fails, and
/// <see cref="ArgumentException"/> for a path that <see cref="StorePath.Validate"/> refuses.
/// </remarks>
public sealed partial class ArtifactStore
{
    private const string HashKey = "sha256";
    private const string WriteIdKey = "writeid";

    private readonly BlobContainerClient container;
    private readonly StoreFaults faults;

    /// <summary>A store over a client as it is configured, for a container that exists.</summary>
    public ArtifactStore(BlobContainerClient container)
        : this(container, new StoreFaults(
            container.Uri.GetLeftPart(UriPartial.Path), null, new ArtifactStoreOptions().RetryFor, () => false))
    {
    }

    private ArtifactStore(BlobContainerClient container, StoreFaults faults)
    {
        this.container = container;
        this.faults = faults;
    }

    /// <summary>The container's URL, without secrets.</summary>
    public string Address => faults.Address;

    /// <summary>Opens a store; creates its container where there is none.</summary>
    public static Task<ArtifactStore> OpenAsync(StoreAddress address, CancellationToken ct = default) =>
        OpenAsync(address, new ArtifactStoreOptions(), ct);

    /// <inheritdoc cref="OpenAsync(StoreAddress, CancellationToken)"/>
    public static async Task<ArtifactStore> OpenAsync(StoreAddress address, ArtifactStoreOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(options);
        var retries = new DeadlineRetryPolicy(options.RetryFor, options.AttemptTimeout, address.LocalFolder);
        var client = address.CreateClient(ClientOptions(retries));
        var store = new ArtifactStore(
            client, new StoreFaults(address.ToString(), address.LocalFolder, options.RetryFor, () => retries.HasWorked));
        await store.faults.GuardAsync("open the container", async () =>
        {
            // An identity that may write blobs but not create containers is welcome where the container exists.
            if (!await client.ExistsAsync(ct).ConfigureAwait(false))
                await client.CreateIfNotExistsAsync(cancellationToken: ct).ConfigureAwait(false);
            return true;
        }, ct).ConfigureAwait(false);
        return store;
    }

    /// <summary>Deletes a blob; does nothing where there is none.</summary>
    public async Task DeleteAsync(string path, CancellationToken ct = default)
    {
        await faults.GuardAsync($"delete '{path}'", () => Blob(path).DeleteIfExistsAsync(cancellationToken: ct), ct).ConfigureAwait(false);
        StoreMeter.Current?.Deleted(path);
    }

    /// <summary>Deletes a blob if nobody has written it since it was listed.</summary>
    /// <returns>False when it was written or deleted meanwhile.</returns>
    public Task<bool> TryDeleteAsync(BlobEntry entry, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return faults.GuardAsync($"delete '{entry.Artifact.Path}'", async () =>
        {
            try
            {
                var conditions = new BlobRequestConditions { IfMatch = entry.ETag };
                await Blob(entry.Artifact.Path).DeleteAsync(DeleteSnapshotsOption.None, conditions, ct).ConfigureAwait(false);
                StoreMeter.Current?.Deleted(entry.Artifact.Path);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                return false;
            }
        }, ct);
    }

    private static BlobClientOptions ClientOptions(DeadlineRetryPolicy retries)
    {
        var client = new BlobClientOptions { RetryPolicy = retries };
        client.AddPolicy(new StoreTelemetry.Policy(), HttpPipelinePosition.PerRetry);
        return client;
    }

    private BlobClient Blob(string path) => container.GetBlobClient(StorePath.Validate(path));

    private static string? HashOf(IDictionary<string, string> metadata) =>
        metadata.FirstOrDefault(pair => string.Equals(pair.Key, HashKey, StringComparison.OrdinalIgnoreCase)).Value;

    private static string Hex(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash);

    private static Artifact Describe(string path, ReadOnlySpan<byte> content) =>
        new(StorePath.Validate(path), content.Length, Hex(SHA256.HashData(content)));
}
