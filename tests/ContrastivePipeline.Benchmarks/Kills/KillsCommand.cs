namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary><c>kills N [EXPERIMENT]</c>: N kills at random moments, spread over all stages, and what came of them.</summary>
internal static class KillsCommand
{
    /// <summary>Runs the trial and prints what it finds.</summary>
    /// <param name="count">Kills.</param>
    /// <param name="experiment">Path or name of the experiment.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0 when every run ended as an undisturbed one does, else 1.</returns>
    public static async Task<int> RunAsync(int count, string experiment, CancellationToken cancellationToken)
    {
        var trial = new KillTrial(experiment);
        var undisturbed = await trial.RunAsync([], cancellationToken);
        Console.WriteLine($"Undisturbed run: {undisturbed.Elapsed.TotalSeconds:0.0} s, {undisturbed.Stages.Count} stages, {undisturbed.Weights.Count} models.");
        var (kills, runs, faults) = (0, 0, 0);
        foreach (var targets in KillTarget.Spread(count, undisturbed.Stages, Random.Shared))
        {
            var run = await trial.RunAsync(targets, cancellationToken);
            runs++;
            foreach (var (working, target) in run.Kills.Zip(targets))
            {
                Console.WriteLine($"Kill {++kills}, {target.After.TotalSeconds:0.00} s into {target.Name} {target.Label}; running: "
                    + (working.Count > 0 ? string.Join(", ", working) : "no stage"));
            }
            var differences = run.DifferencesTo(undisturbed);
            faults += differences.Count;
            Console.WriteLine(differences.Count == 0
                ? $"  Completed after {run.Elapsed.TotalSeconds:0.0} s: nothing done twice, weights and metrics bit-identical."
                : "  WRONG: " + string.Join("; ", differences));
        }
        Console.WriteLine($"{kills} kills in {runs} runs, {faults} faults.");
        return faults == 0 ? 0 : 1;
    }
}
