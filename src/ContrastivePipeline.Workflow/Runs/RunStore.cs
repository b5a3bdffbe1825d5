using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>The records of runs in the store.</summary>
public sealed class RunStore(ArtifactStore store)
{
    /// <summary>The run of that id, or null.</summary>
    /// <exception cref="RunRecordException">Its record cannot be read.</exception>
    public async Task<RunRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        RunId.ExperimentOf(id) is { Length: > 0 } experiment ? (await ReadAsync(PathOf(experiment, id), cancellationToken))?.Run : null;

    /// <summary>All runs whose records can be read, oldest first within each experiment.</summary>
    /// <param name="experiment">Only those of this experiment; null for all.</param>
    /// <param name="unreadable">Takes the others; a damaged record must not hide the rest.</param>
    public async IAsyncEnumerable<RunRecord> ListAsync(
        string? experiment, Action<RunRecordException> unreadable, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unreadable);
        await foreach (var path in PathsAsync(experiment, cancellationToken))
        {
            RunRecord? run = null;
            try
            {
                run = (await ReadAsync(path, cancellationToken))?.Run;
            }
            catch (RunRecordException damaged)
            {
                unreadable(damaged);
            }
            if (run is not null)
                yield return run;
        }
    }

    /// <summary>As <see cref="ListAsync(string?, Action{RunRecordException}, CancellationToken)"/>, ignoring unreadable records.</summary>
    public IAsyncEnumerable<RunRecord> ListAsync(string? experiment, CancellationToken cancellationToken) =>
        ListAsync(experiment, _ => { }, cancellationToken);

    /// <summary>The run that began last among those whose records can be read, or null.</summary>
    /// <param name="experiment">Only among those of this experiment; null for all.</param>
    public async Task<RunRecord?> LatestAsync(string? experiment, CancellationToken cancellationToken)
    {
        RunRecord? latest = null;
        await foreach (var run in ListAsync(experiment, cancellationToken))
        {
            if (latest is null || run.Started >= latest.Started)
                latest = run;
        }
        return latest;
    }

    /// <summary>Whether a run is being worked on: by a process that holds its experiment, or by another host as recorded.</summary>
    public Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.State != RunState.Running ? Task.FromResult(false)
            : run.Host is not null ? Task.FromResult(true)
            : IsActiveAsync(run.Experiment, cancellationToken);
    }

    /// <summary>Whether a process works on a run of the experiment right now; a run that says so without one has died.</summary>
    public Task<bool> IsActiveAsync(string experiment, CancellationToken cancellationToken) =>
        store.IsLeasedAsync(LockOf(experiment), cancellationToken);

    internal Task<StoreLease?> TryClaimAsync(string experiment, CancellationToken cancellationToken) =>
        store.TryAcquireLeaseAsync(LockOf(experiment), cancellationToken);

    internal async Task CreateAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (!await TryCreateAsync(run, cancellationToken))
            throw new RunTakenOverException(run.Id);
    }

    internal Task<bool> TryCreateAsync(RunRecord run, CancellationToken cancellationToken) =>
        store.TryCreateAsync(PathOf(run.Experiment, run.Id), WorkflowJson.ToBytes(run), cancellationToken);

    /// <summary>Replaces a record, unless a later session has taken the run over.</summary>
    /// <exception cref="RunTakenOverException">It has.</exception>
    internal async Task SaveAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var path = PathOf(run.Experiment, run.Id);
        var content = WorkflowJson.ToBytes(run);
        while (true)
        {
            if (await ReadAsync(path, cancellationToken) is not var (there, etag) || there.Session > run.Session)
                throw new RunTakenOverException(run.Id);
            if (await store.TryReplaceAsync(path, content, etag, cancellationToken))
                return;
        }
    }

    /// <summary>Changes a record beside others that change it too.</summary>
    /// <param name="change">What to change; called again where another was faster.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    internal async Task<RunRecord> UpdateAsync(string id, Func<RunRecord, RunRecord> change, CancellationToken cancellationToken)
    {
        var path = PathOf(RunId.ExperimentOf(id) ?? throw new RunNotFoundException(id), id);
        while (true)
        {
            var (run, etag) = await ReadAsync(path, cancellationToken) ?? throw new RunNotFoundException(id);
            var changed = change(run);
            if (await store.TryReplaceAsync(path, WorkflowJson.ToBytes(changed), etag, cancellationToken))
                return changed;
        }
    }

    /// <summary>Opens a session of a run: changes its record if it is still as it was when the caller looked at it.</summary>
    /// <returns>The record as it is now; null where another process was faster.</returns>
    internal async Task<RunRecord?> TryOpenSessionAsync(
        RunRecord seen, Func<RunRecord, RunRecord> open, CancellationToken cancellationToken)
    {
        var path = PathOf(seen.Experiment, seen.Id);
        while (await store.TryReadAsync(path, cancellationToken) is { } blob)
        {
            var stored = WorkflowJson.FromBytes<RunRecord>(blob.Content);
            if (stored.Session != seen.Session)
                return null;
            var opened = open(stored);
            if (await store.TryReplaceAsync(path, WorkflowJson.ToBytes(opened), blob.ETag, cancellationToken))
                return opened;
        }
        return null;
    }

    /// <summary>Asks the process that works on a session of a run to stop, and those of sessions before it. What was asked of a later
    /// session stays: a slow request for an earlier one must not take it back.</summary>
    internal async Task RequestCancelAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var (path, session) = (CancelOf(run), WorkflowJson.ToBytes(run.Session));
        while (!await store.TryCreateAsync(path, session, cancellationToken))
        {
            if (await store.TryReadAsync(path, cancellationToken) is { } blob
                && (WorkflowJson.FromBytes<int>(blob.Content) >= run.Session
                    || await store.TryReplaceAsync(path, session, blob.ETag, cancellationToken)))
            {
                return;
            }
        }
    }

    /// <summary>Whether this session was asked to stop; requests to earlier ones do not count.</summary>
    internal async Task<bool> IsCancelRequestedAsync(RunRecord run, CancellationToken cancellationToken) =>
        await store.TryReadAsync(CancelOf(run), cancellationToken) is { } blob && WorkflowJson.FromBytes<int>(blob.Content) >= run.Session;

    private async Task<(RunRecord Run, ETag ETag)?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryReadAsync(path, cancellationToken) is { } blob
                ? (WorkflowJson.FromBytes<RunRecord>(blob.Content), blob.ETag)
                : null;
        }
        catch (Exception damaged) when (damaged is JsonException or ArtifactCorruptException)
        {
            throw new RunRecordException(path, damaged);
        }
    }

    private async IAsyncEnumerable<string> PathsAsync(string? experiment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync(experiment is null ? "runs/" : $"runs/{experiment}/", cancellationToken))
        {
            if (blob.Path.EndsWith("/run.json", StringComparison.Ordinal))
                yield return blob.Path;
        }
    }

    private static string PathOf(string experiment, string id) => $"runs/{experiment}/{id}/run.json";

    private static string CancelOf(RunRecord run) => $"runs/{run.Experiment}/{run.Id}/cancel";

    private static string LockOf(string experiment) => $"runs/{experiment}/lock";
}
