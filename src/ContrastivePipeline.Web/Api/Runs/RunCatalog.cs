using System.Collections.Concurrent;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Web.Api.Runs;

/// <summary>All runs, the newest first. A listing tells which records have changed; only these are read again.</summary>
/// <param name="store">The store.</param>
/// <param name="runs">The runs.</param>
public sealed class RunCatalog(ArtifactStore store, RunStore runs)
{
    private readonly ConcurrentDictionary<string, (string Sha256, RunRecord Run)> _known = new(StringComparer.Ordinal);

    /// <summary>The runs.</summary>
    /// <param name="experiment">Only those of this experiment; null for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async Task<IReadOnlyList<RunRecord>> ListAsync(string? experiment, CancellationToken cancellationToken)
    {
        var found = new List<RunRecord>();
        await foreach (var blob in store.ListAsync(experiment is null ? "runs/" : $"runs/{experiment}/", cancellationToken))
        {
            if (blob.Path.Split('/') is not ["runs", _, var id, "run.json"])
                continue;
            if (_known.TryGetValue(id, out var known) && known.Sha256 == blob.Sha256)
                found.Add(known.Run);
            else if (await TryGetAsync(id, cancellationToken) is { } run)
            {
                _known[id] = (blob.Sha256, run);
                found.Add(run);
            }
        }
        return [.. found.OrderByDescending(run => run.Started).ThenBy(run => run.Id, StringComparer.Ordinal)];
    }

    // A damaged record must not hide the others; whoever asks for this very run is told.
    private async Task<RunRecord?> TryGetAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await runs.GetAsync(id, cancellationToken);
        }
        catch (RunRecordException)
        {
            return null;
        }
    }
}
