using System.Diagnostics;
using System.Text;

namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary>Runs an experiment with the command line, kills it, and lets the same command continue to its end.</summary>
/// <param name="experiment">Path or name of the experiment.</param>
public sealed class KillTrial(string experiment)
{
    /// <summary>Runs the experiment in a folder of its own.</summary>
    /// <param name="targets">When to kill, one session after the other; none for an undisturbed run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The program ended with an error.</exception>
    public async Task<KilledRun> RunAsync(IReadOnlyList<KillTarget> targets, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("contrastive-kills-").FullName;
        try
        {
            // A second user of the store, so that it can be looked at between the sessions.
            await using var azurite = await LocalAzurite.JoinOrStartAsync(
                new LocalStoreOptions { DataFolder = Path.Combine(folder, "store") }, cancellationToken);
            var store = await ArtifactStore.OpenAsync(azurite.Address, cancellationToken);
            return await RunAsync(folder, store, targets, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<KilledRun> RunAsync(
        string folder, ArtifactStore store, IReadOnlyList<KillTarget> targets, CancellationToken cancellationToken)
    {
        var kills = new List<IReadOnlyList<string>>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        var redone = new List<string>();
        var watch = Stopwatch.StartNew();
        foreach (var target in targets.Append(null))
        {
            using var session = CliSession.Start(target, "run", experiment, "--local", folder);
            var killed = await session.EndAsync(cancellationToken);
            redone.AddRange(session.Started.Where(done.Contains));
            if (!killed)
                return await DescribeAsync(store, watch.Elapsed, session.Stages, kills, redone, cancellationToken);
            kills.Add(session.Working);
            done.UnionWith(session.Done);
            done.UnionWith(await ManifestsAsync(store, cancellationToken));
        }
        throw new UnreachableException("The last session has no target.");
    }

    private static async Task<List<string>> ManifestsAsync(ArtifactStore store, CancellationToken cancellationToken)
    {
        var stages = new List<string>();
        await foreach (var blob in store.ListAsync("stages/", cancellationToken))
        {
            // stages/NAME/LABEL-FINGERPRINT/manifest.json
            if (blob.Path.Split('/') is [_, _, var stage, "manifest.json"])
                stages.Add(stage[^12..]);
        }
        return stages;
    }

    private static async Task<KilledRun> DescribeAsync(
        ArtifactStore store, TimeSpan elapsed, IReadOnlyList<StageTime> stages, List<IReadOnlyList<string>> kills, List<string> redone,
        CancellationToken cancellationToken)
    {
        var run = await new RunStore(store).LatestAsync(null, cancellationToken);
        var output = WorkflowJson.FromElement<PipelineOutput>(run!.Output!.Value);
        return new KilledRun(
            output.Trials.ToDictionary(trial => $"{trial.Variant}, seed {trial.Seed}", trial => trial.Checkpoint!.Sha256),
            Encoding.UTF8.GetString(await store.ReadAsync(output.Report.Json, cancellationToken)), elapsed, stages, kills, redone);
    }
}
