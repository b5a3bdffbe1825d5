using System.Text.Json;

namespace ContrastivePipeline.Data.Versions;

/// <summary>Which version of a dataset is meant where none is named: what <c>datasets/{name}/current.json</c> holds.</summary>
/// <param name="Revision">Grows by one with every change; 0 where the store has one version only and no <c>current.json</c>, as older
/// programs left it.</param>
/// <param name="History">The changes, oldest first, the last being the current one; the latest 100.</param>
public sealed record CurrentVersion(string Dataset, string Version, long Revision, IReadOnlyList<VersionChange> History);

/// <summary>A version became current.</summary>
/// <param name="Revision">The revision that this change made.</param>
/// <param name="How">One of <see cref="VersionChanges"/>.</param>
/// <param name="Refresh">Id of the refresh that made the version; null where none did, or the change is a rollback.</param>
public sealed record VersionChange(string Version, long Revision, DateTimeOffset At, string How, string? Refresh);

/// <summary>How a version becomes current.</summary>
public static class VersionChanges
{
    /// <summary>It was the first one prepared.</summary>
    public const string Prepared = "prepared";

    /// <summary>A caption refresh made it.</summary>
    public const string Refreshed = "refreshed";

    /// <summary>A user rolled back to it, or chose it.</summary>
    public const string RolledBack = "rolled-back";
}

/// <summary>Reads and moves <c>current.json</c>. Of concurrent moves from one revision exactly one succeeds.</summary>
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

    /// <summary>Moves it from the expected revision to the next.</summary>
    /// <returns>Whether it was moved, and what is current now.</returns>
    public async Task<(bool Moved, CurrentVersion? Current)> TryMoveAsync(
        string name, long expectedRevision, string version, string how, string? refresh, CancellationToken cancellationToken)
    {
        var path = DatasetPaths.Current(name);
        var blob = await store.TryReadAsync(path, cancellationToken);
        var before = blob is null ? null : Parse(blob);
        // A repeated attempt: the first one was killed after it had moved the pointer.
        if (refresh is not null && before?.History.Any(c => c.Refresh == refresh && c.Revision == expectedRevision + 1) == true)
            return (true, before);
        if ((before?.Revision ?? 0) != expectedRevision)
            return (false, before);

        var content = Next(name, before, version, how, refresh);
        var moved = blob is null
            ? await store.TryCreateAsync(path, content, cancellationToken)
            : await store.TryReplaceAsync(path, content, blob.ETag, cancellationToken);
        var current = moved
            ? JsonSerializer.Deserialize<CurrentVersion>(content, DatasetJson.Options)
            : await ReadAsync(name, cancellationToken);
        return (moved, current);
    }

    private byte[] Next(string name, CurrentVersion? before, string version, string how, string? refresh)
    {
        var change = new VersionChange(version, (before?.Revision ?? 0) + 1, time.GetUtcNow(), how, refresh);
        var history = (before?.History ?? []).Append(change).TakeLast(MaxHistory).ToArray();
        return JsonSerializer.SerializeToUtf8Bytes(new CurrentVersion(name, version, change.Revision, history), DatasetJson.Options);
    }

    private static CurrentVersion Parse(StoredBlob blob) => DatasetJson.Parse<CurrentVersion>(blob, "record of the current version");
}

/// <summary>A dataset in the store.</summary>
/// <param name="Current">Its current version; null where it has several and none was chosen.</param>
public sealed record StoredDataset(string Name, CurrentVersion? Current, int Versions)
{
    /// <summary>Why its current version is not known; null where it is known, or none was chosen.</summary>
    public string? Problem { get; init; }
}

/// <summary>A version of a dataset in the store.</summary>
/// <param name="Created">When it was published.</param>
public sealed record StoredVersion(DatasetManifest Manifest, DateTimeOffset Created, bool IsCurrent)
{
    /// <summary>Bytes of all its parts, those that it shares with other versions included.</summary>
    public long Bytes => Manifest.AllParts().Sum(part => part.Artifact.Length);
}

/// <summary>A manifest or another record that cannot be read, and so was left out.</summary>
/// <param name="Problem">What is wrong with it, for a person.</param>
public sealed record UnreadableRecord(string Path, string Problem);

/// <summary>There is no such dataset or version, or the reference is ambiguous. The message lists those that exist.</summary>
public sealed class DatasetNotFoundException(string message) : Exception(message);

/// <summary>The current version was changed concurrently. Nothing was changed or lost; the message says what to do.</summary>
public sealed class RefreshConflictException(string message, CurrentVersion current) : Exception(message)
{
    /// <summary>What is current now.</summary>
    public CurrentVersion Current { get; } = current;
}
