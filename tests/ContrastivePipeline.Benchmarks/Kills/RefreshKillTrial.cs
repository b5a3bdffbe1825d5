namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary>
/// Refreshes captions with the command line again and again, each time with another table, kills it, looks what it left, and repeats the
/// command. Each version that comes out is held against the one that the library makes of the same tables in a store of its own.
/// </summary>
/// <param name="random">Chooses the moments.</param>
public sealed class RefreshKillTrial(Random random)
{
    private const string Dataset = "kills";

    /// <summary>Runs the trial in a folder of its own.</summary>
    /// <param name="count">Kills.</param>
    /// <param name="told">Called with each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The program ended with an error.</exception>
    public async Task<IReadOnlyList<KilledRefresh>> RunAsync(int count, Action<KilledRefresh> told, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("contrastive-refresh-kills-").FullName;
        try
        {
            await using var azurite = await LocalAzurite.JoinOrStartAsync(
                new LocalStoreOptions { DataFolder = Path.Combine(folder, "store") }, cancellationToken);
            var store = await ArtifactStore.OpenAsync(azurite.Address, cancellationToken);
            var reference = await ArtifactStore.OpenAsync(azurite.Address.WithContainer("reference"), cancellationToken);
            var spec = new DatasetSpec(Dataset, new PairsSourceSpec(RefreshTables.WriteDataset(folder)), 8);
            var expected = await new DatasetPreparer(reference).PrepareAsync(spec, cancellationToken: cancellationToken);
            await new DatasetPreparer(store).PrepareAsync(spec, cancellationToken: cancellationToken);

            // The first, undisturbed, tells how long what takes.
            (expected, var stages) = await UndisturbedAsync(folder, reference, expected, cancellationToken);
            var kills = new List<KilledRefresh>();
            for (var table = 1; kills.Count < count; table++)
            {
                // Each stage in turn, and from the beginning to beyond the end of it.
                var stage = stages[table % stages.Count];
                var target = new KillTarget(stage.Name, null, stage.Elapsed * (1.3 * random.NextDouble()));
                var file = RefreshTables.WriteTable(folder, table);
                var basis = expected;
                expected = await RefreshAsync(reference, basis, file, cancellationToken);
                if (await KillAsync(folder, file, target, store, basis, expected, cancellationToken) is not { } kill)
                    continue;
                kills.Add(kill);
                told(kill);
            }
            return kills;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(DatasetManifest, IReadOnlyList<StageTime>)> UndisturbedAsync(
        string folder, ArtifactStore reference, DatasetManifest basis, CancellationToken cancellationToken)
    {
        var file = RefreshTables.WriteTable(folder, 0);
        using var session = Start(null, folder, file);
        await session.EndAsync(cancellationToken);
        return (await RefreshAsync(reference, basis, file, cancellationToken), session.Stages);
    }

    private static async Task<KilledRefresh?> KillAsync(
        string folder, string file, KillTarget target, ArtifactStore store, DatasetManifest basis, DatasetManifest expected,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<string> working;
        using (var session = Start(target, folder, file))
        {
            if (!await session.EndAsync(cancellationToken))
                return null;
            working = session.Working;
        }

        var faults = new List<string>();
        var atKill = await GetStatusAsync(store, basis, expected, faults, cancellationToken);
        using (var repeat = Start(null, folder, file))
            await repeat.EndAsync(cancellationToken);
        if (await GetStatusAsync(store, basis, expected, faults, cancellationToken) != expected.Version)
            faults.Add("the repeat did not make the new version current");
        return new KilledRefresh(target, working, atKill == expected.Version, faults);
    }

    /// <summary>The current version; faults where it is neither the old nor the new one, or any version is not as it should be.</summary>
    private static async Task<string?> GetStatusAsync(
        ArtifactStore store, DatasetManifest basis, DatasetManifest expected, List<string> faults, CancellationToken cancellationToken)
    {
        var catalog = new DatasetCatalog(store);
        var current = (await catalog.CurrentAsync(Dataset, cancellationToken))?.Version;
        if (current != basis.Version && current != expected.Version)
            faults.Add($"current is {current}, neither the old {basis.Version} nor the new {expected.Version}");
        foreach (var version in await catalog.VersionsAsync(Dataset, cancellationToken))
        {
            var manifest = version.Manifest;
            if (manifest.Version != basis.Version && manifest.Version != expected.Version)
                continue;
            var verified = await new DatasetReader(store).VerifyAsync(manifest, cancellationToken: cancellationToken);
            faults.AddRange(verified.Problems.Select(problem => $"{manifest.Version} is damaged: {problem}"));
            var right = manifest.Version == basis.Version ? basis : expected;
            if (!manifest.AllParts().SequenceEqual(right.AllParts()))
                faults.Add($"{manifest.Version} has other parts than an undisturbed refresh gives it");
        }
        return current;
    }

    private static CliSession Start(KillTarget? target, string folder, string file) =>
        CliSession.Start(target, "data", "refresh", Dataset, file, "--local", folder);

    private static async Task<DatasetManifest> RefreshAsync(
        ArtifactStore store, DatasetManifest basis, string file, CancellationToken cancellationToken)
    {
        var record = await new CaptionRefresher(store).ComputeAsync(
            new RefreshSpec(Dataset, basis.Version, RefreshMode.Patch, file), cancellationToken: cancellationToken);
        return await new DatasetReader(store).ReadManifestAsync(Dataset, record.Version!, cancellationToken);
    }
}

/// <summary>A refresh that was killed and repeated.</summary>
/// <param name="Target">When it was killed.</param>
/// <param name="Working">What was running then, as <c>name (label)</c>.</param>
/// <param name="WasPublished">Whether the new version was current by then; else the old one was.</param>
/// <param name="Faults">What was wrong, at the kill or after the repeat; empty where nothing was.</param>
public sealed record KilledRefresh(KillTarget Target, IReadOnlyList<string> Working, bool WasPublished, IReadOnlyList<string> Faults);
