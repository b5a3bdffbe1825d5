using System.Security.Cryptography;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ContrastivePipeline.Storage;

/// <summary>Everything that runs produce, in one blob container of Azure Storage or Azurite. A write is atomic: a reader sees the old blob
/// or the new one. What is read through an <see cref="Artifact"/> is what was written, or an exception. Requests are repeated through
/// transient faults. Safe for concurrent use.</summary>
/// <remarks>Every method throws <see cref="StoreUnavailableException"/>, <see cref="StoreAccessDeniedException"/>,
/// <see cref="StoreFullException"/> or another <see cref="StoreException"/> when the store fails, and <see cref="ArgumentException"/> for a
/// path that <see cref="StorePath.Validate"/> refuses.</remarks>
public sealed partial class ArtifactStore
{
    private const string HashKey = "sha256";
    private const string WriteIdKey = "writeid";

    private readonly BlobContainerClient _container;
    private readonly StoreFaults _faults;

    /// <summary>A store over a client as it is configured, for a container that exists.</summary>
    public ArtifactStore(BlobContainerClient container)
        : this(container, new StoreFaults(
            container.Uri.GetLeftPart(UriPartial.Path), null, new ArtifactStoreOptions().RetryFor, () => false))
    {
    }

    private ArtifactStore(BlobContainerClient container, StoreFaults faults)
    {
        _container = container;
        _faults = faults;
    }

    /// <summary>The container's URL, without secrets.</summary>
    public string Address => _faults.Address;

    /// <summary>Opens a store; creates its container where there is none.</summary>
    public static Task<ArtifactStore> OpenAsync(StoreAddress address, CancellationToken cancellationToken = default) =>
        OpenAsync(address, new ArtifactStoreOptions(), cancellationToken);

    /// <inheritdoc cref="OpenAsync(StoreAddress, CancellationToken)"/>
    public static async Task<ArtifactStore> OpenAsync(
        StoreAddress address, ArtifactStoreOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(options);
        var retries = new DeadlineRetryPolicy(options.RetryFor, options.AttemptTimeout, address.LocalFolder);
        var client = address.CreateClient(ClientOptions(retries));
        var store = new ArtifactStore(
            client, new StoreFaults(address.ToString(), address.LocalFolder, options.RetryFor, () => retries.HasWorked));
        await store._faults.GuardAsync("open the container", async () =>
        {
            // An identity that may write blobs but not create containers is welcome where the container exists.
            if (!await client.ExistsAsync(cancellationToken))
                await client.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return true;
        }, cancellationToken);
        return store;
    }

    /// <summary>Deletes a blob; does nothing where there is none.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        await _faults.GuardAsync(
            $"delete '{path}'", () => Blob(path).DeleteIfExistsAsync(cancellationToken: cancellationToken), cancellationToken);
        StoreMeter.Current?.Deleted(path);
    }

    /// <summary>Deletes a blob if nobody has written it since it was listed.</summary>
    /// <returns>False when it was written or deleted meanwhile.</returns>
    public Task<bool> TryDeleteAsync(BlobEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _faults.GuardAsync($"delete '{entry.Artifact.Path}'", async () =>
        {
            try
            {
                var conditions = new BlobRequestConditions { IfMatch = entry.ETag };
                await Blob(entry.Artifact.Path).DeleteAsync(DeleteSnapshotsOption.None, conditions, cancellationToken);
                StoreMeter.Current?.Deleted(entry.Artifact.Path);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                return false;
            }
        }, cancellationToken);
    }

    private static BlobClientOptions ClientOptions(DeadlineRetryPolicy retries)
    {
        var client = new BlobClientOptions { RetryPolicy = retries };
        client.AddPolicy(new StoreTelemetry.Policy(), HttpPipelinePosition.PerRetry);
        return client;
    }

    private BlobClient Blob(string path) => _container.GetBlobClient(StorePath.Validate(path));

    private static string? HashOf(IDictionary<string, string> metadata) =>
        metadata.FirstOrDefault(pair => string.Equals(pair.Key, HashKey, StringComparison.OrdinalIgnoreCase)).Value;

    private static string Hex(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash);

    private static Artifact Describe(string path, ReadOnlySpan<byte> content) =>
        new(StorePath.Validate(path), content.Length, Hex(SHA256.HashData(content)));
}

/// <summary>Time limits of the requests to a store.</summary>
public sealed record ArtifactStoreOptions
{
    /// <summary>How long a request is repeated while the store is unreachable or answers with server errors, or the service that signs in
    /// to it does. 90 s; longer for a large body, as <see cref="AttemptTimeout"/> is.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long one attempt may take, its body aside. 30 s. A body adds what it takes at 1 Mbit/s: a block of 4 MiB half a minute,
    /// a request of 32 MiB four and a half.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
