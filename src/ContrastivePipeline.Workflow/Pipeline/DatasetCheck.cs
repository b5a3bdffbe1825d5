namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Looks whether a dataset version is there with all its parts, without reading these.</summary>
internal static class DatasetCheck
{
    /// <summary>False where its manifest or a part is gone or has another length: the stage that made the version then makes it whole.</summary>
    public static async Task<bool> AllPartsThereAsync(ArtifactStore store, string name, string version, CancellationToken cancellationToken)
    {
        DatasetManifest manifest;
        try
        {
            manifest = await new DatasetReader(store).ReadManifestAsync(name, version, cancellationToken);
        }
        catch (Exception gone) when (gone is ArtifactMissingException or ArtifactCorruptException or InvalidDataException)
        {
            return false;
        }
        var parts = manifest.Media.Concat(manifest.Captions).Concat(manifest.Labels).Concat(manifest.Triples).Concat(manifest.Quarantine);
        return await ArtifactCheck.AllThereAsync(store, parts.Select(part => part.Artifact), cancellationToken);
    }
}
