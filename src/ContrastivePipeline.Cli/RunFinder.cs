namespace ContrastivePipeline.Cli;

/// <summary>Finds the run that an argument names.</summary>
internal static class RunFinder
{
    public const string Latest = "latest";

    public const string Help = $"Id of a run, or the name of an experiment for its last run, or '{Latest}'.";

    /// <summary>Returns the run with an id, the last run of an experiment, or the last run of all.</summary>
    /// <exception cref="UsageException">There is no such run.</exception>
    public static async Task<RunRecord> FindAsync(RunStore runs, string text, CancellationToken cancellationToken)
    {
        if (text == Latest)
        {
            return await runs.LatestAsync(null, cancellationToken)
                ?? throw new UsageException("There is no run in this store yet. Start one: contrastive run demo");
        }
        return await runs.GetAsync(text, cancellationToken)
            ?? (IsName(text) ? await runs.LatestAsync(text, cancellationToken) : null)
            ?? throw new UsageException($"There is no run '{text}' and no experiment of that name was run. "
                + "'contrastive runs' lists the runs.");
    }

    // Other characters cannot be part of a path in the store.
    private static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
