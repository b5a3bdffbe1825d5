using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Stores;

/// <summary>Finds the run that a user means.</summary>
internal static class RunFinder
{
    /// <summary>What to call the run that began last.</summary>
    public const string Latest = "latest";

    /// <summary>What <c>--help</c> says of a run argument.</summary>
    public const string Help = $"Id of a run, or the name of an experiment for its last run, or '{Latest}'.";

    /// <summary>The run of an id, the last one of an experiment, or the last one.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<RunRecord> FindAsync(RunStore runs, string text, CancellationToken cancellationToken)
    {
        if (text == Latest)
        {
            return await runs.LatestAsync(null, cancellationToken)
                ?? throw new UsageException("There is no run in this store yet. Start one: contrastive run demo");
        }
        return await runs.GetAsync(text, cancellationToken)
            ?? (IsName(text) ? await runs.LatestAsync(text, cancellationToken) : null)
            ?? throw new UsageException($"There is no run '{text}' and no experiment of that name was run. 'contrastive runs' lists the runs.");
    }

    // Anything else could not be part of a path in the store.
    private static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
