namespace ContrastivePipeline.Data.Shards;

/// <summary>Where datasets live in the store.</summary>
public static class DatasetPaths
{
    /// <summary>Folder of all datasets.</summary>
    public const string Root = "datasets/";

    /// <summary>Folder of a dataset, with all its versions.</summary>
    public static string Dataset(string name) => $"{Root}{name}/";

    /// <summary>Says which version is current.</summary>
    public static string Current(string name) => $"{Root}{name}/current.json";

    /// <summary>Folder of a refresh: its record and the rows that it rejected.</summary>
    public static string Refresh(string name, string id) => $"{Refreshes(name)}{id}";

    /// <summary>Name of the folder of refreshes.</summary>
    internal const string RefreshesName = "refreshes/";

    /// <summary>Name of the record in the folder of a refresh.</summary>
    internal const string RecordName = "record.json";

    /// <summary>Name of the rejected rows in the folder of a refresh.</summary>
    internal const string RejectedName = "rejected.parquet";

    /// <summary>Folder of all refreshes of a dataset.</summary>
    public static string Refreshes(string name) => Dataset(name) + RefreshesName;

    /// <summary>Folder of a version.</summary>
    public static string Version(string name, string version) => $"{Root}{name}/{version}";

    /// <summary>The manifest, written last: a version is there when its manifest is.</summary>
    public static string Manifest(string name, string version) => $"{Version(name, version)}/manifest.json";
}
