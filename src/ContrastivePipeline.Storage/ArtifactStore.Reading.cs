using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    /// <summary>Reads an artifact into memory.</summary>
    /// <exception cref="ArtifactCorruptException">The blob is not what was written.</exception>
    /// <exception cref="ArtifactMissingException">There is no such blob.</exception>
    /// <exception cref="ArgumentException">It is too long for one array: use <see cref="DownloadAsync"/>.</exception>
    public async Task<byte[]> ReadAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        if (artifact.Length > Array.MaxLength)
            throw new ArgumentException($"'{artifact.Path}' has {artifact.Length} bytes: download it to a file instead.", nameof(artifact));

        var content = new byte[artifact.Length];
        using var memory = new MemoryStream(content);
        await CopyVerifiedAsync(artifact, memory, cancellationToken);
        return content;
    }

    /// <summary>Reads an artifact into a file, which appears complete and verified or not at all; replaces one that is there.</summary>
    /// <param name="file">The file on this machine; its folder is created.</param>
    /// <exception cref="ArtifactCorruptException">The blob is not what was written.</exception>
    /// <exception cref="ArtifactMissingException">There is no such blob.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task DownloadAsync(Artifact artifact, string file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        file = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var stream = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await CopyVerifiedAsync(artifact, stream, cancellationToken);
            }

            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Opens an artifact, or a range of it, as a stream that reads forward; nothing is held in memory.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes; null for all that follow.</param>
    /// <param name="cancellationToken">Stops opening. Reads of the stream take tokens of their own.</param>
    /// <returns>A stream whose reads throw like this method, and which never ends early without an exception. Over the whole artifact its
    /// end is verified: with a wrong SHA-256 the last read throws <see cref="ArtifactCorruptException"/>. A range cannot be verified but
    /// for the artifact's length.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the artifact.</exception>
    /// <exception cref="ArtifactCorruptException">The blob does not have the artifact's length.</exception>
    /// <exception cref="ArtifactMissingException">There is no such blob.</exception>
    public async Task<Stream> OpenReadAsync(
        Artifact artifact, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, artifact.Length);
        var count = length ?? artifact.Length - offset;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, artifact.Length - offset, nameof(length));
        if (count == 0 && artifact.Length > 0)
            return Stream.Null;

        // A range of an empty blob is refused by the service.
        var options = new BlobDownloadOptions { Range = artifact.Length == 0 ? default : new HttpRange(offset, count) };
        var result = await OpenAsync(artifact, options, cancellationToken);
        var total = result.Details.ContentRange is { Length: > 0 } range
            ? long.Parse(range[(range.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture)
            : result.Details.ContentLength;
        if (total == artifact.Length)
            return new ArtifactStream(artifact, result.Content, _faults, count);
        result.Dispose();
        throw new ArtifactCorruptException(artifact, $"{artifact.Length} bytes", $"{total} bytes");
    }

    /// <summary>Reads an artifact as a stream, verified to its end.</summary>
    /// <param name="read">Makes something of the stream, which reads forward and knows its length. Where it reads to the end, and so meets
    /// damage itself, nothing is made of a damaged artifact.</param>
    /// <exception cref="ArtifactCorruptException">The blob is not what was written, whatever else <paramref name="read"/> threw for
    /// it.</exception>
    /// <exception cref="ArtifactMissingException">There is no such blob.</exception>
    public async Task<T> ReadAsync<T>(
        Artifact artifact, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentNullException.ThrowIfNull(read);
        await using var content = await OpenReadAsync(artifact, cancellationToken: cancellationToken);
        T result;
        try
        {
            result = await read(content, cancellationToken);
        }
        catch (Exception fault) when (fault is not (StoreException or OperationCanceledException))
        {
            // Content that cannot be used is often damaged: then that is what there is to say.
            await content.CopyToAsync(Stream.Null, 1 << 20, cancellationToken);
            throw;
        }
        await content.CopyToAsync(Stream.Null, 1 << 20, cancellationToken);
        return result;
    }

    /// <summary>Opens an artifact as a stream that can be read from anywhere; fetches only the blocks that are asked for.</summary>
    /// <returns>A stream whose reads throw as <see cref="OpenReadAsync"/> does; what it reads is verified only by the artifact's
    /// length.</returns>
    public Stream OpenSeekable(Artifact artifact) => new SeekableArtifactStream(this, artifact);

    /// <summary>Reads a blob as a listing showed it into a file, for blobs that other programs write and replace; has no hash to
    /// verify.</summary>
    /// <param name="entry">From <see cref="ListEntriesAsync"/>.</param>
    /// <param name="file">The file on this machine; replaced.</param>
    /// <returns>False when it was replaced or deleted meanwhile: the file is then of no use.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task<bool> TryDownloadAsync(BlobEntry entry, string file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _faults.GuardAsync($"read '{entry.Artifact.Path}'", async () =>
        {
            try
            {
                var options = new BlobDownloadToOptions { Conditions = new BlobRequestConditions { IfMatch = entry.ETag } };
                await Blob(entry.Artifact.Path).DownloadToAsync(file, options, cancellationToken);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                return false;
            }
        }, cancellationToken);
    }

    /// <summary>Reads a blob that may be absent and may change.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArtifactCorruptException">It does not have the SHA-256 that its writer noted.</exception>
    public Task<StoredBlob?> TryReadAsync(string path, CancellationToken cancellationToken = default) =>
        _faults.GuardAsync($"read '{path}'", async () =>
        {
            try
            {
                BlobDownloadResult result = await Blob(path).DownloadContentAsync(cancellationToken);
                var content = result.Content.ToArray();
                var expected = HashOf(result.Details.Metadata);
                var found = Hex(SHA256.HashData(content));
                if (expected is not null && expected != found)
                {
                    throw new ArtifactCorruptException(
                        new Artifact(path, content.Length, expected), $"SHA-256 {expected}", $"SHA-256 {found}");
                }
                return new StoredBlob(path, content, result.Details.ETag);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return null;
            }
        }, cancellationToken);

    private async Task<BlobDownloadStreamingResult> OpenAsync(
        Artifact artifact, BlobDownloadOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await _faults.GuardAsync<BlobDownloadStreamingResult>($"read '{artifact.Path}'", async () =>
                await Blob(artifact.Path).DownloadStreamingAsync(options, cancellationToken), cancellationToken);
        }
        catch (StoreException e) when (e.InnerException is RequestFailedException { Status: 416 })
        {
            throw new ArtifactCorruptException(artifact, $"{artifact.Length} bytes", "fewer");
        }
    }

    private async Task CopyVerifiedAsync(Artifact artifact, Stream target, CancellationToken cancellationToken)
    {
        await using var source = await OpenReadAsync(artifact, cancellationToken: cancellationToken);
        await source.CopyToAsync(target, 1 << 20, cancellationToken);
    }
}
