namespace ContrastivePipeline.Data.Shards;

/// <summary>Where parts are written for callers who name no folder.</summary>
internal static class DataScratch
{
    /// <summary>A folder of its own in the system's temporary folder.</summary>
    public static string Default => Path.Combine(Path.GetTempPath(), "contrastive-data");
}
