using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Tests.Storage;

/// <summary>What can happen to a store behind the program's back.</summary>
internal static class Damage
{
    /// <summary>Changes the content of a blob and leaves the SHA-256 that its writer noted; of a blob that is not there, one of other content.</summary>
    public static async Task WriteAsync(StoreAddress address, string path, byte[] content)
    {
        var blob = address.CreateClient(new BlobClientOptions()).GetBlobClient(path);
        var metadata = new Dictionary<string, string> { ["sha256"] = new string('0', 64) };
        if (await blob.ExistsAsync(TestContext.Current.CancellationToken))
        {
            metadata = new Dictionary<string, string>(
                (await blob.GetPropertiesAsync(cancellationToken: TestContext.Current.CancellationToken)).Value.Metadata);
        }
        await blob.UploadAsync(
            BinaryData.FromBytes(content), new BlobUploadOptions { Metadata = metadata }, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes a lock from whoever holds it, without a word, as half a minute without renewal does.</summary>
    public static async Task BreakLeaseAsync(StoreAddress address, string path) =>
        await address.CreateClient(new BlobClientOptions()).GetBlobClient(path).GetBlobLeaseClient()
            .BreakAsync(TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
}
