using System.Text.Json;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Versions;

/// <summary>Reads and moves <c>current.json</c>. Of any number that move it from one revision, one succeeds.</summary>
internal sealed class CurrentPointer(ArtifactStore store, TimeProvider time)
{
    private const int MaxHistory = 100;

    /// <summary>What is current; null where nothing was ever made current.</summary>
    /// <exception cref="InvalidDataException">The blob is damaged.</exception>
    public async Task<CurrentVersion?> ReadAsync(string name, CancellationToken cancellationToken) =>
        await store.TryReadAsync(DatasetPaths.Current(name), cancellationToken) is { } blob ? Parse(blob) : null;

    /// <summary>Makes a version current where none is.</summary>
    public async Task CreateAsync(string name, string version, string how, CancellationToken cancellationToken) =>
        await store.TryCreateAsync(DatasetPaths.Current(name), Next(name, null, version, how, null), cancellationToken);

    /// <summary>Moves it.</summary>
    /// <returns>Whether it was moved, and what is current now.</returns>
    public async Task<(bool Moved, CurrentVersion? Current)> TryMoveAsync(
        string name, long expectedRevision, string version, string how, string? refresh, CancellationToken cancellationToken)
    {
        var path = DatasetPaths.Current(name);
        var blob = await store.TryReadAsync(path, cancellationToken);
        var before = blob is null ? null : Parse(blob);
        // A repeat, after the first attempt was killed when it had moved it already.
        if (refresh is not null && before?.History.Any(c => c.Refresh == refresh && c.Revision == expectedRevision + 1) == true)
            return (true, before);
        if ((before?.Revision ?? 0) != expectedRevision)
            return (false, before);

        var content = Next(name, before, version, how, refresh);
        var moved = blob is null
            ? await store.TryCreateAsync(path, content, cancellationToken)
            : await store.TryReplaceAsync(path, content, blob.ETag, cancellationToken);
        return (moved, moved ? JsonSerializer.Deserialize<CurrentVersion>(content, DatasetJson.Options) : await ReadAsync(name, cancellationToken));
    }

    private byte[] Next(string name, CurrentVersion? before, string version, string how, string? refresh)
    {
        var change = new VersionChange(version, (before?.Revision ?? 0) + 1, time.GetUtcNow(), how, refresh);
        var history = (before?.History ?? []).Append(change).TakeLast(MaxHistory).ToArray();
        return JsonSerializer.SerializeToUtf8Bytes(new CurrentVersion(name, version, change.Revision, history), DatasetJson.Options);
    }

    private static CurrentVersion Parse(StoredBlob blob) => DatasetJson.Parse<CurrentVersion>(blob, "account of the current version");
}
