using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    private const int BlockLength = 4 << 20;

    // One request is three times as fast as blocks; a longer one would repeat too much after a broken connection.
    private const int LongestRequest = 32 << 20;
    private const int UploadAttempts = 10;

    /// <summary>Writes a blob, over the one at that path if there is one.</summary>
    /// <param name="cancellationToken">Stops the write: the blob is then as before or as asked for.</param>
    public async Task<Artifact> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        if (content.Length > LongestRequest)
        {
            StorePath.Validate(path);
            return await UploadBlocksAsync(path, () => OpenMemory(content), cancellationToken);
        }

        var artifact = Describe(path, content.Span);
        var options = Options(artifact, conditions: null, writeId: null);
        await _faults.GuardAsync(
            $"write '{path}'", () => Blob(path).UploadAsync(BinaryData.FromBytes(content), options, cancellationToken), cancellationToken);
        StoreMeter.Current?.Stored(path, artifact.Length);
        return artifact;
    }

    /// <summary>Writes a stream of any length as a blob, which appears whole or not at all; holds a block of it in memory.</summary>
    /// <param name="open">Opens the content, which knows its length; again where an attempt fails.</param>
    /// <param name="cancellationToken">Stops the write: the blob is then as before or as asked for.</param>
    public async Task<Artifact> WriteStreamAsync(string path, Func<Stream> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        StorePath.Validate(path);
        await using (var content = open())
        {
            if (content.Length <= LongestRequest)
            {
                var whole = new byte[content.Length];
                await content.ReadExactlyAsync(whole, cancellationToken);
                return await WriteAsync(path, whole, cancellationToken);
            }
        }
        return await UploadBlocksAsync(path, open, cancellationToken);
    }

    /// <summary>Writes a file of any length as a blob, which appears whole or not at all; reads the file once, in blocks.</summary>
    /// <param name="file">The file on this machine. It must not change meanwhile.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<Artifact> WriteFileAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        StorePath.Validate(path);
        // What fits into one block needs no list of blocks, which another writer of the path can spoil.
        return new FileInfo(file).Length <= BlockLength
            ? await WriteAsync(path, await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken)
            : await UploadBlocksAsync(path, () => OpenFile(file), cancellationToken);
    }

    /// <summary>Creates a blob if there is none at that path. Of several concurrent calls, one succeeds.</summary>
    /// <param name="content">The whole content, at most 256 MiB.</param>
    /// <returns>False when there is a blob already, even one of the same content; it is left unchanged.</returns>
    public Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        TryPutAsync(path, content, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);

    /// <summary>Replaces a blob if it has not changed since it was read.</summary>
    /// <param name="content">The whole content, at most 256 MiB.</param>
    /// <param name="etag">From <see cref="TryReadAsync"/>.</param>
    /// <returns>False when it was changed or deleted meanwhile: read it again.</returns>
    public Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> content, ETag etag, CancellationToken cancellationToken = default) =>
        TryPutAsync(path, content, new BlobRequestConditions { IfMatch = etag }, cancellationToken);

    private async Task<bool> TryPutAsync(
        string path, ReadOnlyMemory<byte> content, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var artifact = Describe(path, content.Span);
        var writeId = Guid.NewGuid().ToString("N");
        return await _faults.GuardAsync($"write '{path}'", async () =>
        {
            try
            {
                await Blob(path).UploadAsync(BinaryData.FromBytes(content), Options(artifact, conditions, writeId), cancellationToken);
                StoreMeter.Current?.Stored(path, artifact.Length);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412 || (e.Status == 404 && conditions.IfMatch is not null))
            {
                // The first attempt may have succeeded and its response been lost: then the blob has the id of this call.
                return await HasWriteIdAsync(path, writeId, cancellationToken);
            }
        }, cancellationToken);
    }

    private async Task<bool> HasWriteIdAsync(string path, string writeId, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties properties = await Blob(path).GetPropertiesAsync(cancellationToken: cancellationToken);
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

    private async Task<Artifact> UploadBlocksAsync(string path, Func<Stream> open, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using (var content = open())
            {
                try
                {
                    return await UploadBlocksOnceAsync(path, content, cancellationToken);
                }
                catch (StoreException e)
                    when (attempt < UploadAttempts && e.InnerException is RequestFailedException { ErrorCode: "InvalidBlockList" })
                {
                    // Another writer of this path committed, or the store restarted, and so dropped the staged blocks: repeat.
                }
            }
            // Writers that started together would otherwise collide at every attempt.
            await Task.Delay(Random.Shared.Next(100, 200 + (200 * attempt)), cancellationToken);
        }
    }

    private async Task<Artifact> UploadBlocksOnceAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var blob = _container.GetBlockBlobClient(path);
        var action = $"write '{path}'";
        // Block names of two writers must differ, or one would commit the other's bytes.
        var upload = Guid.NewGuid();
        var blocks = new List<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        var buffer = new byte[BlockLength];
        for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken)) > 0; length += read)
        {
            hash.AppendData(buffer, 0, read);
            blocks.Add(Convert.ToBase64String([.. upload.ToByteArray(), .. BitConverter.GetBytes(blocks.Count)]));
            using var block = new MemoryStream(buffer, 0, read, writable: false);
            await _faults.GuardAsync(
                action, () => blob.StageBlockAsync(blocks[^1], block, options: null, cancellationToken), cancellationToken);
        }

        var artifact = new Artifact(path, length, Hex(hash.GetHashAndReset()));
        var options = new CommitBlockListOptions { Metadata = new Dictionary<string, string> { [HashKey] = artifact.Sha256 } };
        await _faults.GuardAsync(action, () => blob.CommitBlockListAsync(blocks, options, cancellationToken), cancellationToken);
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
