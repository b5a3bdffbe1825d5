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
    public async Task<byte[]> ReadAsync(Artifact artifact, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        if (artifact.Length > Array.MaxLength)
            throw new ArgumentException($"'{artifact.Path}' has {artifact.Length} bytes: download it to a file instead.", nameof(artifact));

        var content = new byte[artifact.Length];
        using var memory = new MemoryStream(content);
        await CopyVerifiedAsync(artifact, memory, ct).ConfigureAwait(false);
        return content;
    }

    /// <summary>Reads an artifact into a file, which appears complete and verified or not at all; replaces one that is there.</summary>
    /// <param name="artifact">What to read.</param>
    /// <param name="file">The file on this machine; its folder is created.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="ArtifactCorruptException">The blob is not what was written.</exception>
    /// <exception cref="ArtifactMissingException">There is no such blob.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task DownloadAsync(Artifact artifact, string file, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        file = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await CopyVerifiedAsync(artifact, stream, ct).ConfigureAwait(false);
            }

            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a blob that may be absent and may change.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArtifactCorruptException">It does not have the SHA-256 that its writer noted.</exception>
    public Task<StoredBlob?> TryReadAsync(string path, CancellationToken ct = default) =>
        faults.GuardAsync($"read '{path}'", async () =>
        {
            try
            {
                BlobDownloadResult result = await Blob(path).DownloadContentAsync(ct).ConfigureAwait(false);
                var content = result.Content.ToArray();
                var expected = HashOf(result.Details.Metadata);
                var found = Hex(SHA256.HashData(content));
                if (expected is not null && expected != found)
                    throw new ArtifactCorruptException(path, $"SHA-256 {expected}", $"SHA-256 {found}");
                return new StoredBlob(path, content, result.Details.ETag);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return null;
            }
        }, ct);

    private async Task CopyVerifiedAsync(Artifact artifact, Stream target, CancellationToken ct)
    {
        var action = $"read '{artifact.Path}'";
        BlobDownloadStreamingResult result = await faults.GuardAsync(
            action, () => Blob(artifact.Path).DownloadStreamingAsync(cancellationToken: ct), ct).ConfigureAwait(false);
        var source = result.Content;
        await using (source.ConfigureAwait(false))
        {
            if (result.Details.ContentLength != artifact.Length)
                throw new ArtifactCorruptException(artifact.Path, $"{artifact.Length} bytes", $"{result.Details.ContentLength} bytes");

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 20];
            // The SDK's stream asks again from where it was when the connection breaks.
            for (int read; (read = await faults.GuardAsync(action, () => source.ReadAsync(buffer, ct).AsTask(), ct).ConfigureAwait(false)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
            }

            var found = Hex(hash.GetHashAndReset());
            if (found != artifact.Sha256)
                throw new ArtifactCorruptException(artifact.Path, $"SHA-256 {artifact.Sha256}", $"SHA-256 {found}");
        }
    }
}
