namespace ContrastivePipeline.Data.Shards;

/// <summary>Where a dataset version lives in the store.</summary>
public static class DatasetPaths
{
    /// <summary>Folder of a version.</summary>
    public static string Version(string name, string version) => $"datasets/{name}/{version}";

    /// <summary>The manifest, written last: a version is there when its manifest is.</summary>
    public static string Manifest(string name, string version) => $"{Version(name, version)}/manifest.json";
}
