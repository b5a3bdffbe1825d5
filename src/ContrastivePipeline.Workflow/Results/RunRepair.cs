namespace ContrastivePipeline.Workflow.Results;

/// <summary>Reads every artifact of a run and removes those that are damaged, so that the next run of its experiment makes them again: a
/// stage is done only while its artifacts are there.</summary>
public sealed class RunRepair(ArtifactStore store, RunRecord run)
{
    private const int AtOnce = 6;

    /// <summary>Checks, and removes what is damaged.</summary>
    /// <param name="progress">Receives how many bytes were read.</param>
    /// <param name="cancellationToken">Stops it; a repeat checks again.</param>
    public async Task<RepairedRun> RunAsync(IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var artifacts = await RunArtifacts.ReadAsync(store, run, cancellationToken);
        var total = artifacts.All.Sum(artifact => artifact.Length);
        var states = new ArtifactState[artifacts.All.Count];
        var done = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, states.Length, options, async (i, stop) =>
        {
            var artifact = artifacts.All[i];
            states[i] = await CheckAsync(artifact.Blob(), stop);
            progress.Report(new StageProgress(Interlocked.Add(ref done, artifact.Length), total, "bytes", artifact.Name));
        });
        RunArtifact[] In(ArtifactState state) => [.. artifacts.All.Where((_, i) => states[i] == state)];
        return new RepairedRun(
            states.Length, In(ArtifactState.Removed), In(ArtifactState.Missing), In(ArtifactState.Expired), artifacts.Gone);
    }

    private async Task<ArtifactState> CheckAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(artifact, cancellationToken: cancellationToken);
            await content.CopyToAsync(Stream.Null, cancellationToken);
            return ArtifactState.Good;
        }
        catch (ArtifactMissingException)
        {
            return ExpiringArtifacts.Includes(artifact.Path) ? ArtifactState.Expired : ArtifactState.Missing;
        }
        catch (ArtifactCorruptException)
        {
            return await DamagedArtifacts.TryRemoveAsync(store, artifact, cancellationToken) ? ArtifactState.Removed : ArtifactState.Good;
        }
    }

    private enum ArtifactState
    {
        Good,
        Removed,
        Missing,
        Expired,
    }
}

/// <summary>What a repair found.</summary>
/// <param name="Missing">Those that were gone already.</param>
/// <param name="Expired">Those that the store deletes after a time.</param>
/// <param name="Gone">Messages about stages and dataset versions whose artifacts are unknown.</param>
public sealed record RepairedRun(
    int Checked, IReadOnlyList<RunArtifact> Removed, IReadOnlyList<RunArtifact> Missing, IReadOnlyList<RunArtifact> Expired,
    IReadOnlyList<string> Gone)
{
    /// <summary>Whether the next run of the experiment has something to make again.</summary>
    public bool IsWhole => Removed.Count + Missing.Count + Gone.Count == 0;
}
