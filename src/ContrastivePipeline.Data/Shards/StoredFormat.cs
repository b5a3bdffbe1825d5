namespace ContrastivePipeline.Data.Shards;

/// <summary>The format of a dataset version.</summary>
public static class StoredFormat
{
    /// <summary>How its media are stored. Of images, a version does not say how they are encoded.</summary>
    public static MediaFormat Of(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Format ?? new ImageFormat(manifest.MediaSize);
    }
}
