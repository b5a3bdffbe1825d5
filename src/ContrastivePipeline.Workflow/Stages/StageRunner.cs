using System.Text.Json;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Runs a stage once, or finds that it is done already. Every host runs its stages through this.</summary>
/// <param name="store">Where outputs and manifests live.</param>
/// <param name="stages">The stages.</param>
/// <param name="scratchRoot">A folder on disk for scratch folders; created when needed.</param>
/// <param name="time">The clock.</param>
public sealed class StageRunner(ArtifactStore store, StageRegistry stages, string scratchRoot, TimeProvider time)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromSeconds(1);

    /// <summary>The stages.</summary>
    public StageRegistry Stages => stages;

    /// <summary>The output of a stage that is done and whose artifacts are all there, or null.</summary>
    public async Task<JsonElement?> FindAsync(StageIdentity stage, CancellationToken cancellationToken)
    {
        var blob = await store.TryReadAsync(stage.ManifestPath, cancellationToken);
        if (blob is null)
            return null;
        var output = Read(stage, blob).Output;
        return await ArtifactCheck.AllThereAsync(store, output, cancellationToken) ? output : null;
    }

    /// <summary>Runs a stage and writes its manifest, unless another process has done so in the meantime.</summary>
    /// <param name="call">What to run.</param>
    /// <param name="attempt">Takes what the stage says and uses.</param>
    /// <param name="cancellationToken">Asks to stop.</param>
    /// <returns>The output of the attempt whose manifest was first.</returns>
    /// <exception cref="StageClaimLostException">Another process took the stage over while the store was out of reach.</exception>
    public async Task<JsonElement> RunAsync(StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
        await using var claim = await ClaimAsync(call.Identity, attempt.Note, cancellationToken);
        return await RunAsync(claim, call, attempt, cancellationToken);
    }

    /// <summary>As <see cref="RunAsync(StageCall, StageAttempt, CancellationToken)"/>, but does not wait for another process that runs the stage.</summary>
    /// <returns>Null where another process runs it.</returns>
    public async Task<JsonElement?> TryRunAsync(StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
        await using var claim = await TryClaimAsync(call.Identity, cancellationToken);
        return claim is null ? null : await RunAsync(claim, call, attempt, cancellationToken);
    }

    private async Task<JsonElement> RunAsync(StoreLease claim, StageCall call, StageAttempt attempt, CancellationToken cancellationToken)
    {
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
        using var scratch = new ScratchFolder(scratchRoot, call.Identity);
        var context = new StageContext(store, call.Identity.Prefix, scratch.Path, attempt, time);
        var started = time.GetUtcNow();
        var output = await call.Stage.RunAsync(call.Input, context, cancellationToken);
        var manifest = new StageManifest(
            call.Stage.Name, call.Stage.Version, call.Identity.Fingerprint, call.Generation, call.Input, output,
            started, time.GetUtcNow(), attempt.Number, ProgramVersion.Text, Environment.MachineName)
        {
            Usage = attempt.Usage,
        };
        return await CommitAsync(call.Identity, manifest, cancellationToken);
    }

    /// <summary>Waits until no other process runs the same stage.</summary>
    private async Task<StoreLease> ClaimAsync(StageIdentity stage, Action<string> note, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            if (await TryClaimAsync(stage, cancellationToken) is { } claim)
                return claim;
            if (!waited)
                note($"{stage} is being run by another process; waiting for it.");
            await Task.Delay(LockPoll, time, cancellationToken);
        }
    }

    private Task<StoreLease?> TryClaimAsync(StageIdentity stage, CancellationToken cancellationToken) =>
        store.TryAcquireLeaseAsync(stage.Prefix + "/lock", cancellationToken);

    private async Task<JsonElement> CommitAsync(StageIdentity stage, StageManifest manifest, CancellationToken cancellationToken)
    {
        var content = WorkflowJson.ToBytes(manifest);
        while (!await store.TryCreateAsync(stage.ManifestPath, content, cancellationToken))
        {
            var blob = await store.TryReadAsync(stage.ManifestPath, cancellationToken);
            if (blob is null)
                continue;
            var first = Read(stage, blob).Output;
            if (await ArtifactCheck.AllThereAsync(store, first, cancellationToken))
                return first;
            if (await store.TryReplaceAsync(stage.ManifestPath, content, blob.ETag, cancellationToken))
                break;
        }
        return manifest.Output;
    }

    private static StageManifest Read(StageIdentity stage, StoredBlob blob)
    {
        try
        {
            var manifest = WorkflowJson.FromBytes<StageManifest>(blob.Content);
            return manifest.Fingerprint == stage.Fingerprint
                ? manifest
                : throw new JsonException($"it is of {manifest.Fingerprint}, not of {stage.Fingerprint}");
        }
        catch (JsonException broken)
        {
            throw new StageManifestException(
                $"The manifest {stage.ManifestPath} of stage {stage} is damaged: {broken.Message}. "
                + "Delete that blob, or start anew with --fresh.", broken);
        }
    }
}
