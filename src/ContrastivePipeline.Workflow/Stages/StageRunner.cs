using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Runs a stage once, or finds that it is done already. Every host runs its stages through this.</summary>
/// <param name="scratchRoot">A folder on disk for scratch folders; created when needed.</param>
public sealed class StageRunner(ArtifactStore store, StageRegistry stages, string scratchRoot, TimeProvider time)
{
    /// <summary>The stages.</summary>
    public StageRegistry Stages => stages;

    /// <summary>The output of a stage that is done and whose artifacts are all there, or null.</summary>
    public async Task<JsonElement?> FindAsync(StageIdentity stage, CancellationToken cancellationToken)
    {
        return await ReadAsync(stage, cancellationToken) is { } manifest && await IsThereAsync(manifest, cancellationToken)
            ? manifest.Output
            : null;
    }

    /// <summary>Runs a stage and writes its manifest, unless another process has done so in the meantime.</summary>
    /// <returns>The output of the attempt whose manifest was first.</returns>
    /// <exception cref="StageClaimLostException">Another process took the stage over while the store was out of reach.</exception>
    public async Task<JsonElement> RunAsync(StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
        await using var claim = await ClaimAsync(call.Identity, attempt.Note, cancellationToken);
        return await RunAsync(claim, call, attempt, cancellationToken);
    }

    /// <summary>As <see cref="RunAsync(StageCall, StageAttempt, CancellationToken)"/>, without waiting for another process.</summary>
    /// <returns>Null where another process runs it.</returns>
    public async Task<JsonElement?> TryRunAsync(StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
        await using var claim = await TryClaimAsync(call.Identity, cancellationToken);
        return claim is null ? null : await RunAsync(claim, call, attempt, cancellationToken);
    }

    private async Task<JsonElement> RunAsync(StoreLease claim, StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
        attempt.WorkBegins();
        if (await FindAsync(call.Identity, cancellationToken) is { } done)
            return done;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
        try
        {
            return await RunClaimedAsync(call, attempt, stop.Token);
        }
        catch (OperationCanceledException) when (claim.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StageClaimLostException(call.Identity);
        }
    }

    private async Task<JsonElement> RunClaimedAsync(StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
        using var scratch = ScratchFolder.Create(scratchRoot, $"{call.Identity.Name}-{call.Identity.Fingerprint[..12]}");
        var context = new StageContext(store, call.Identity.Prefix, scratch.Path, attempt, time);
        var started = time.GetUtcNow();
        var output = await GuardAsync(() => call.Stage.RunAsync(call.Input, context, cancellationToken), cancellationToken);
        var manifest = new StageManifest(
            call.Stage.Name, call.Stage.Version, call.Identity.Fingerprint, call.Generation, call.Input, output,
            started, time.GetUtcNow(), attempt.Number, ProgramVersion.Text, Environment.MachineName)
        {
            Usage = attempt.Usage,
        };
        return await CommitAsync(call.Identity, manifest, cancellationToken);
    }

    /// <summary>Deletes a damaged input, so that a repeated run makes it again instead of failing again.</summary>
    private async Task<JsonElement> GuardAsync(Func<Task<JsonElement>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (DamagedIn(fault) is { } damaged)
        {
            throw await DamagedArtifacts.TryRemoveAsync(store, damaged.Artifact, cancellationToken)
                ? new DamagedInputException(damaged)
                : new StoreUnavailableException($"'{damaged.Path}' arrived damaged, and right when it was read once more.", fault);
        }
    }

    private static ArtifactCorruptException? DamagedIn(Exception? fault) =>
        fault is null ? null : fault as ArtifactCorruptException ?? DamagedIn(fault.InnerException);

    /// <summary>Waits until no other process runs the same stage.</summary>
    private Task<StoreLease> ClaimAsync(StageIdentity stage, Action<string> note, CancellationToken cancellationToken) =>
        store.WaitForLeaseAsync(
            LockOf(stage), time, () => note($"{stage} is being run by another process; waiting for it."), cancellationToken);

    private Task<StoreLease?> TryClaimAsync(StageIdentity stage, CancellationToken cancellationToken) =>
        store.TryAcquireLeaseAsync(LockOf(stage), cancellationToken);

    private static string LockOf(StageIdentity stage) => stage.Prefix + "/lock";

    private async Task<JsonElement> CommitAsync(StageIdentity stage, StageManifest manifest, CancellationToken cancellationToken)
    {
        var content = WorkflowJson.ToBytes(manifest);
        while (!await store.TryCreateAsync(stage.ManifestPath, content, cancellationToken))
        {
            // Listed first: what is replaced is what was looked at.
            var entry = await store.FindAsync(stage.ManifestPath, cancellationToken);
            if (await ReadAsync(stage, cancellationToken) is { } first && await IsThereAsync(first, cancellationToken))
                return first.Output;
            if (entry is not null && await store.TryReplaceAsync(stage.ManifestPath, content, entry.ETag, cancellationToken))
                break;
        }
        return manifest.Output;
    }

    private Task<bool> IsThereAsync(StageManifest manifest, CancellationToken cancellationToken) =>
        stages[manifest.Name].IsThereAsync(manifest, store, cancellationToken);

    private async Task<StageManifest?> ReadAsync(StageIdentity stage, CancellationToken cancellationToken) =>
        await StageManifest.TryReadAsync(store, stage.ManifestPath, cancellationToken) is { } manifest
            && manifest.Fingerprint == stage.Fingerprint
            ? manifest
            : null;
}
