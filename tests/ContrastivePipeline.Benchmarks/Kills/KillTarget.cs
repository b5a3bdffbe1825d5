namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary>A stage that a run did.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Label">What it was the stage of.</param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record StageTime(string Name, string Label, TimeSpan Elapsed);

/// <summary>When to kill: a while after a stage began, or at once where it is done already.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Label">What it is the stage of; null for any of that name.</param>
/// <param name="After">Time since it began.</param>
public sealed record KillTarget(string Name, string? Label, TimeSpan After)
{
    /// <summary>
    /// Random moments, spread over all stages: each run is killed once in every kind of stage, at a random moment of a random one of
    /// that kind.
    /// </summary>
    /// <param name="count">Kills in all.</param>
    /// <param name="undisturbed">The stages of an undisturbed run, in their order.</param>
    /// <param name="random">The randomness.</param>
    /// <returns>Targets for each run.</returns>
    public static KillTarget[][] Spread(int count, IReadOnlyList<StageTime> undisturbed, Random random)
    {
        var kinds = undisturbed.GroupBy(stage => stage.Name).Select(kind => kind.ToArray()).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => Choose(kinds[i % kinds.Length], random)).Chunk(kinds.Length)];
    }

    private static KillTarget Choose(StageTime[] kind, Random random)
    {
        var stage = kind[random.Next(kind.Length)];
        // A stage that is the only one of its kind may be labelled by the run.
        return new KillTarget(stage.Name, kind.Length == 1 ? null : stage.Label, stage.Elapsed * random.NextDouble());
    }
}
