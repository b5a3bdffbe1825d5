namespace ContrastivePipeline.Data.Versions;

public sealed partial class DatasetCatalog
{
    /// <summary>What is current; null where there is no such dataset, or it has several versions and none was chosen.</summary>
    /// <exception cref="InvalidDataException">The record of the current version is damaged.</exception>
    public async Task<CurrentVersion?> CurrentAsync(string name, CancellationToken cancellationToken = default) =>
        await CurrentAsync(name, null, cancellationToken);

    /// <summary>Makes a version current, unless another became current since the caller looked.</summary>
    /// <param name="expectedRevision"><see cref="CurrentVersion.Revision"/> that the caller saw; 0 where nothing was current.</param>
    /// <param name="how">One of <see cref="VersionChanges"/>.</param>
    /// <param name="refresh">Id of the refresh that made it. Repeating a change that was made with it succeeds again.</param>
    /// <param name="cancellationToken">Cancels the operation; the change is then made or not.</param>
    /// <exception cref="RefreshConflictException">It was changed since the caller read it.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such version.</exception>
    public async Task<CurrentVersion> MakeCurrentAsync(
        string name, long expectedRevision, string version, string how, string? refresh = null,
        CancellationToken cancellationToken = default)
    {
        await FindAsync($"{name}@{version}", cancellationToken);
        var before = await _pointer.ReadAsync(name, cancellationToken);
        var (moved, current) = await _pointer.TryMoveAsync(name, expectedRevision, version, how, refresh, cancellationToken);
        if (current is null)
            throw new DatasetNotFoundException($"Dataset '{name}' was deleted meanwhile.");
        if (!moved)
            throw new RefreshConflictException(ConflictMessage(current, expectedRevision), current);
        // Garbage collection, which did not see this change, may have deleted the version in between.
        if (current.Version != version || await HasAsync(name, version, cancellationToken))
            return current;
        if (before is not null)
            await _pointer.TryMoveAsync(name, current.Revision, before.Version, VersionChanges.RolledBack, null, cancellationToken);

        throw new DatasetNotFoundException(
            $"Version '{version}' of dataset '{name}' was collected as garbage a moment ago. Make it again.");
    }

    /// <summary>Makes an earlier version current again, or any other that exists.</summary>
    /// <param name="version">The version; null for the one that was current before the present one.</param>
    /// <param name="cancellationToken">Cancels the operation; the change is then made or not.</param>
    /// <exception cref="RefreshConflictException">It was changed concurrently.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such version, or none before the present one.</exception>
    public async Task<CurrentVersion> RollBackAsync(string name, string? version = null, CancellationToken cancellationToken = default)
    {
        var current = await CurrentAsync(name, cancellationToken);
        version ??= current?.History.LastOrDefault(change => change.Version != current.Version)?.Version
            ?? throw await NoneBeforeAsync(name, current, cancellationToken);
        return await MakeCurrentAsync(name, current?.Revision ?? 0, version, VersionChanges.RolledBack, null, cancellationToken);
    }

    private async Task<DatasetNotFoundException> NoneBeforeAsync(string name, CurrentVersion? current, CancellationToken cancellationToken)
    {
        var others = (await ListVersionsAsync(name, cancellationToken)).Where(version => version.Version != current?.Version)
            .OrderByDescending(version => version.Created).ToArray();
        if (current is null && others.Length == 0)
            return await NotFoundAsync(name, name, cancellationToken);
        var names = string.Join(", ",
            others.Take(MaxNames).Select(version => $"{version.Version} of {version.Created:yyyy-MM-dd HH:mm} UTC"));
        return new DatasetNotFoundException($"No other version of dataset '{name}' was current before; " +
            (others.Length > 0 ? $"name the version to use. There {(others.Length == 1 ? "is" : "are")} {names}{More(others.Length)}."
                : "it has one version only."));
    }

    private async Task<CurrentVersion?> CurrentAsync(
        string name, List<(string Version, DateTimeOffset)>? versions, CancellationToken cancellationToken)
    {
        if (!DatasetPaths.IsName(name))
            return null;
        if (await _pointer.ReadAsync(name, cancellationToken) is { } current)
            return current;
        // A store written before there was a pointer: a single version is the current one.
        versions ??= await ListVersionsAsync(name, cancellationToken);
        return versions is [var (only, _)] ? new CurrentVersion(name, only, 0, []) : null;
    }

    private static string ConflictMessage(CurrentVersion current, long expected)
    {
        var was = current.History.FirstOrDefault(change => change.Revision == expected)?.Version;
        return $"Dataset '{current.Dataset}' is now at {current.Version} (revision {current.Revision}); your change was based on " +
            $"{(was is null ? "" : was + ", ")}revision {expected}. Nothing was changed or lost; run it again.";
    }
}
