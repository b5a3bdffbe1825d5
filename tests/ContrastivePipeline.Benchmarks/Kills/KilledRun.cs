namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary>A run that completed, however often it was killed before.</summary>
/// <param name="Weights">SHA-256 of the final checkpoint (weights and optimiser) by variant and seed.</param>
/// <param name="Results">The file <c>results.json</c>: every number.</param>
/// <param name="Elapsed">Time from the first start to the end, all sessions together.</param>
/// <param name="Stages">The stages that the last session did.</param>
/// <param name="Kills">What was running at each SIGKILL, as <c>name (label)</c>; nothing between two stages.</param>
/// <param name="Redone">Stages that were done and were begun again, which must not be; by fingerprint.</param>
public sealed record KilledRun(
    IReadOnlyDictionary<string, string> Weights,
    string Results,
    TimeSpan Elapsed,
    IReadOnlyList<StageTime> Stages,
    IReadOnlyList<IReadOnlyList<string>> Kills,
    IReadOnlyList<string> Redone)
{
    /// <summary>What is not as in an undisturbed run; empty where all is.</summary>
    public IReadOnlyList<string> DifferencesTo(KilledRun undisturbed)
    {
        ArgumentNullException.ThrowIfNull(undisturbed);
        var differences = Redone.Select(stage => $"stage {stage} was done and was done again").ToList();
        foreach (var (trial, hash) in undisturbed.Weights)
        {
            if (Weights.GetValueOrDefault(trial) != hash)
                differences.Add($"the weights of {trial} differ");
        }
        if (Results != undisturbed.Results)
            differences.Add("the metrics differ");
        return differences;
    }
}
