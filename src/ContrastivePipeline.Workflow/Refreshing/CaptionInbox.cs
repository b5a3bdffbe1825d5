using System.Text.Json;

namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>A container into which people and programs drop caption tables: <c>{dataset}/{mode}/{file}</c>. Each is refreshed with once and
/// then lies in <c>done/</c> or <c>failed/</c>, what came of it beside it as JSON. A table that is still being uploaded is not seen.
/// </summary>
/// <param name="scratchFolder">A folder on disk for tables running; created when needed.</param>
public sealed class CaptionInbox(
    ArtifactStore inbox, CaptionRefreshes refreshes, string scratchFolder, IRunObserver observer, TimeProvider time)
{
    // Some programs create a blob before they fill it.
    private static readonly TimeSpan EmptyPatience = TimeSpan.FromMinutes(10);
    private const int Attempts = 3;

    /// <summary>The inbox of a store: the container <c>{container}-inbox</c> beside it, created if missing.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static Task<ArtifactStore> OpenAsync(StoreAddress store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return ArtifactStore.OpenAsync(store.WithContainer($"{store.Container}-inbox"), cancellationToken);
    }

    /// <summary>Files that wait, in the order in which they were dropped.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var waiting = new List<BlobEntry>();
        // A file outside any folder is taken too: its sender then learns where it belongs.
        waiting.AddRange(await inbox.ListFilesAsync("", cancellationToken).Where(IsWhole).ToListAsync(cancellationToken));
        await foreach (var folder in inbox.ListFoldersAsync("", cancellationToken))
        {
            if (!InboxPath.IsReserved(folder))
            {
                waiting.AddRange(
                    await inbox.ListEntriesAsync(folder + "/", cancellationToken).Where(IsWhole).ToListAsync(cancellationToken));
            }
        }
        return [.. waiting.OrderBy(entry => entry.LastModified).ThenBy(entry => entry.Artifact.Path, StringComparer.Ordinal)
            .Select(entry => entry.Artifact.Path)];
    }

    /// <summary>Refreshes with a file and moves it. Killed anywhere, a repeat ends the same way. Files of one dataset are taken one after
    /// the other, whichever processes take them.</summary>
    /// <param name="cancellationToken">Stops it; the file then stays where it is.</param>
    /// <returns>What came of it; null where there is no such file, or no longer.</returns>
    /// <exception cref="StoreException">The store failed; the file stays where it is.</exception>
    /// <exception cref="RefreshConflictException">Others kept changing the dataset; the file stays where it is.</exception>
    public async Task<InboxOutcome?> ProcessAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Split('/') is [var folder, _, ..] && InboxPath.IsReserved(folder))
            return null;
        var turn = await inbox.WaitForLeaseAsync(InboxPath.LockOf(path), time, null, cancellationToken);
        try
        {
            return await ProcessInTurnAsync(path, cancellationToken);
        }
        finally
        {
            // People name the folders, and a misspelt one would keep its lock for ever.
            await turn.DeleteAsync();
        }
    }

    private async Task<InboxOutcome?> ProcessInTurnAsync(string path, CancellationToken cancellationToken)
    {
        if (await inbox.FindAsync(path, cancellationToken) is not { } entry || !IsWhole(entry))
            return null;

        using var scratch = ScratchFolder.Create(scratchFolder, "inbox");
        var file = Path.Combine(scratch.Path, "table");
        return await inbox.TryDownloadAsync(entry, file, cancellationToken) ? await ProcessAsync(entry, file, cancellationToken) : null;
    }

    private async Task<InboxOutcome> ProcessAsync(BlobEntry entry, string file, CancellationToken cancellationToken)
    {
        var path = entry.Artifact.Path;
        var at = time.GetUtcNow();
        InboxOutcome outcome;
        try
        {
            var refresh = await RefreshAsync(InboxPath.Parse(path), file, cancellationToken);
            outcome = refresh.Record.Rows.AreAllRejected
                ? new InboxOutcome(path, InboxPath.Target(InboxPath.Failed, entry), at, NoneOfUse(refresh.Record), refresh)
                : new InboxOutcome(path, InboxPath.Target(InboxPath.Done, entry), at, null, refresh);
        }
        catch (Exception fault) when (
            fault is FormatException or SourceException or DatasetNotFoundException or StageFailedException or PermanentStageException)
        {
            outcome = new InboxOutcome(path, InboxPath.Target(InboxPath.Failed, entry), at, fault.Message, null);
        }

        // The account first: who finds the file gone finds out why. A repeat after a kill does not replace what the first attempt wrote.
        var account = outcome.MovedTo + ".json";
        if (!await inbox.TryCreateAsync(account, WorkflowJson.ToBytes(outcome), cancellationToken)
            && await TryReadAsync(account, cancellationToken) is { } first)
        {
            outcome = first;
        }

        await inbox.WriteFileAsync(outcome.MovedTo, file, cancellationToken);
        // Another file of that name, uploaded in the meantime, stays for the next time.
        await inbox.TryDeleteAsync(entry, cancellationToken);
        return outcome;
    }

    private static string NoneOfUse(RefreshRecord record)
    {
        var example = record.Examples.Rejected[0];
        return $"All {record.Rows.Read:N0} rows of {record.FileName} were quarantined. For example row {example.Row} ({example.Reason}): "
            + $"{example.Detail}";
    }

    private async Task<RefreshOutcome> RefreshAsync(InboxPath path, string file, CancellationToken cancellationToken)
    {
        var request = new RefreshRequest(path.Dataset, path.Mode, file, path.File);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await refreshes.RefreshAsync(request, observer, cancellationToken);
            }
            catch (RefreshConflictException) when (attempt < Attempts)
            {
                // Another refresh ran at the same time: the next attempt is based on its result.
            }
        }
    }

    private async Task<InboxOutcome?> TryReadAsync(string account, CancellationToken cancellationToken)
    {
        try
        {
            return await inbox.TryReadAsync(account, cancellationToken) is { } blob
                ? WorkflowJson.FromBytes<InboxOutcome>(blob.Content) : null;
        }
        catch (Exception damaged) when (damaged is JsonException or ArtifactCorruptException)
        {
            // The blob is not an outcome of ours; where the file is moved to does not depend on it.
            return null;
        }
    }

    private bool IsWhole(BlobEntry entry) => entry.Artifact.Length > 0 || time.GetUtcNow() - entry.LastModified > EmptyPatience;
}

/// <summary>What came of a file in the inbox; lies beside it as JSON.</summary>
/// <param name="MovedTo">Where it is now, in the same container.</param>
/// <param name="Refresh">The refresh; null where there was none. One of which no row was of use has failed.</param>
public sealed record InboxOutcome(string Path, string MovedTo, DateTimeOffset At, string? Error, RefreshOutcome? Refresh);
