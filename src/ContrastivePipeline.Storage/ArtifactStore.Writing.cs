using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    private const int BlockLength = 4 << 20;

    // One request is three times as fast as blocks; a longer one would have too much to repeat when it is broken off.
    private const int LongestRequest = 32 << 20;
    private const int UploadAttempts = 10;

    /// <summary>Writes a blob, over the one at that path if there is one.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">All of it.</param>
    /// <param name="ct">Stops the write: the blob is then as before or as asked for.</param>
    public async Task<Artifact> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        if (content.Length > LongestRequest)
        {
            StorePath.Validate(path);
            return await UploadBlocksAsync(path, () => OpenMemory(content), ct).ConfigureAwait(false);
        }

        var artifact = Describe(path, content.Span);
        var options = Options(artifact, conditions: null, writeId: null);
        await faults.GuardAsync(
            $"write '{path}'", () => Blob(path).UploadAsync(BinaryData.FromBytes(content), options, ct), ct).ConfigureAwait(false);
        StoreMeter.Current?.Stored(path, artifact.Length);
        return artifact;
    }

    /// <summary>Writes a file of any length as a blob, which appears whole or not at all; reads the file once, in blocks.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="file">The file on this machine. Nobody may write to it meanwhile.</param>
    /// <param name="ct">Stops the write.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<Artifact> WriteFileAsync(string path, string file, CancellationToken ct = default)
    {
        StorePath.Validate(path);
        // What fits into one block needs no list of blocks, which another writer of the path can spoil.
        return new FileInfo(file).Length <= BlockLength
            ? await WriteAsync(path, await File.ReadAllBytesAsync(file, ct).ConfigureAwait(false), ct).ConfigureAwait(false)
            : await UploadBlocksAsync(path, () => OpenFile(file), ct).ConfigureAwait(false);
    }

    /// <summary>Writes a blob if its path is free. Of any number that try at once, one succeeds.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">All of it, at most 256 MiB.</param>
    /// <param name="ct">Stops the write.</param>
    /// <returns>False when the path is taken, be it by the same content; the blob there is then untouched.</returns>
    public Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        TryPutAsync(path, content, new BlobRequestConditions { IfNoneMatch = ETag.All }, ct);

    /// <summary>Replaces a blob if nobody has since it was read.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">All of it, at most 256 MiB.</param>
    /// <param name="etag">From <see cref="TryReadAsync"/>.</param>
    /// <param name="ct">Stops the write.</param>
    /// <returns>False when it was changed or deleted meanwhile: read it again.</returns>
    public Task<bool> TryReplaceAsync(string path, ReadOnlyMemory<byte> content, ETag etag, CancellationToken ct = default) =>
        TryPutAsync(path, content, new BlobRequestConditions { IfMatch = etag }, ct);

    private async Task<bool> TryPutAsync(string path, ReadOnlyMemory<byte> content, BlobRequestConditions conditions, CancellationToken ct)
    {
        var artifact = Describe(path, content.Span);
        var writeId = Guid.NewGuid().ToString("N");
        return await faults.GuardAsync($"write '{path}'", async () =>
        {
            try
            {
                await Blob(path).UploadAsync(BinaryData.FromBytes(content), Options(artifact, conditions, writeId), ct).ConfigureAwait(false);
                StoreMeter.Current?.Stored(path, artifact.Length);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412 || (e.Status == 404 && conditions.IfMatch is not null))
            {
                // The first try may have been carried out and its answer lost: then the blob bears the mark of this very call.
                return await BearsMarkAsync(path, writeId, ct).ConfigureAwait(false);
            }
        }, ct).ConfigureAwait(false);
    }

    private async Task<bool> BearsMarkAsync(string path, string writeId, CancellationToken ct)
    {
        try
        {
            BlobProperties properties = await Blob(path).GetPropertiesAsync(cancellationToken: ct).ConfigureAwait(false);
            return properties.Metadata.Any(
                pair => string.Equals(pair.Key, WriteIdKey, StringComparison.OrdinalIgnoreCase) && pair.Value == writeId);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private static BlobUploadOptions Options(Artifact artifact, BlobRequestConditions? conditions, string? writeId)
    {
        var metadata = new Dictionary<string, string> { [HashKey] = artifact.Sha256 };
        if (writeId is not null)
            metadata[WriteIdKey] = writeId;
        return new BlobUploadOptions
        {
            Metadata = metadata,
            Conditions = conditions,
            // One request, so that a condition holds for all of it.
            TransferOptions = new() { InitialTransferSize = 256 << 20, MaximumTransferSize = 256 << 20 },
        };
    }

    private async Task<Artifact> UploadBlocksAsync(string path, Func<Stream> open, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var content = open();
            await using (content.ConfigureAwait(false))
            {
                try
                {
                    return await UploadBlocksOnceAsync(path, content, ct).ConfigureAwait(false);
                }
                catch (StoreException e) when (attempt < UploadAttempts && e.InnerException is RequestFailedException { ErrorCode: "InvalidBlockList" })
                {
                    // Another writer of this path committed, or the store restarted, and so dropped our blocks: once more.
                }
            }
            // Writers that began together would meet again and again.
            await Task.Delay(Random.Shared.Next(100, 200 + (200 * attempt)), ct).ConfigureAwait(false);
        }
    }

    private async Task<Artifact> UploadBlocksOnceAsync(string path, Stream content, CancellationToken ct)
    {
        var blob = container.GetBlockBlobClient(path);
        var action = $"write '{path}'";
        // Block names of two writers must differ, or one would commit the other's bytes.
        var upload = Guid.NewGuid();
        var blocks = new List<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        var buffer = new byte[BlockLength];
        for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, false, ct).ConfigureAwait(false)) > 0; length += read)
        {
            hash.AppendData(buffer, 0, read);
            blocks.Add(Convert.ToBase64String([.. upload.ToByteArray(), .. BitConverter.GetBytes(blocks.Count)]));
            using var block = new MemoryStream(buffer, 0, read, writable: false);
            await faults.GuardAsync(action, () => blob.StageBlockAsync(blocks[^1], block, options: null, ct), ct).ConfigureAwait(false);
        }

        var artifact = new Artifact(path, length, Hex(hash.GetHashAndReset()));
        var options = new CommitBlockListOptions { Metadata = new Dictionary<string, string> { [HashKey] = artifact.Sha256 } };
        await faults.GuardAsync(action, () => blob.CommitBlockListAsync(blocks, options, ct), ct).ConfigureAwait(false);
        StoreMeter.Current?.Stored(path, artifact.Length);
        return artifact;
    }

    private static FileStream OpenFile(string file) => new(file, new FileStreamOptions
    {
        Access = FileAccess.Read,
        Share = FileShare.Read,
        BufferSize = 0,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    });

    private static MemoryStream OpenMemory(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
}
