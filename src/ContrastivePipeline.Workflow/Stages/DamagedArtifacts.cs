namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Removes artifacts whose content is not what was written. A stage whose artifact is gone is not done any more: the next run that
/// needs it makes it again, at the same path and, where the stage is deterministic, with the same bytes.</summary>
internal static class DamagedArtifacts
{
    /// <summary>Reads an artifact once more, and deletes the blob where it is damaged indeed; never one that was written meanwhile.</summary>
    /// <returns>False where the content is right now.</returns>
    public static async Task<bool> TryRemoveAsync(ArtifactStore store, Artifact artifact, CancellationToken cancellationToken)
    {
        var entry = await store.ListEntriesAsync(artifact.Path, cancellationToken)
            .FirstOrDefaultAsync(blob => blob.Artifact.Path == artifact.Path, cancellationToken);
        if (entry is null)
            return true;
        try
        {
            await using var content = await store.OpenReadAsync(artifact, cancellationToken: cancellationToken);
            await content.CopyToAsync(Stream.Null, cancellationToken);
            return false;
        }
        catch (StoreException damaged) when (damaged is ArtifactCorruptException or ArtifactMissingException)
        {
            await store.TryDeleteAsync(entry, cancellationToken);
            return true;
        }
    }
}
