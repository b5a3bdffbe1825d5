namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary><c>kills-refresh N</c>: N kills of a caption refresh at random moments, and what came of them.</summary>
internal static class RefreshKillsCommand
{
    /// <summary>Runs the trial and prints what it finds.</summary>
    /// <param name="count">Kills.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0 when every repeat ended as an undisturbed refresh does, else 1.</returns>
    public static async Task<int> RunAsync(int count, CancellationToken cancellationToken)
    {
        var number = 0;
        var kills = await new RefreshKillTrial(Random.Shared).RunAsync(count, kill =>
        {
            Console.WriteLine($"Kill {++number}, {kill.Target.After.TotalSeconds:0.000} s into {kill.Target.Name}; running: "
                + (kill.Working.Count > 0 ? string.Join(", ", kill.Working) : "no stage")
                + $"; current then: {(kill.WasPublished ? "the new version" : "the old version")}");
            Console.WriteLine(kill.Faults.Count == 0
                ? "  Every version sound; the repeat made the version of an undisturbed refresh, bit for bit."
                : "  WRONG: " + string.Join("; ", kill.Faults));
        }, cancellationToken);
        var faults = kills.Sum(kill => kill.Faults.Count);
        Console.WriteLine(
            $"{kills.Count} kills, {kills.Count(kill => kill.WasPublished)} of them after the new version was current, {faults} faults.");
        return faults == 0 ? 0 : 1;
    }
}
