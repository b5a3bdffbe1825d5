namespace ContrastivePipeline.Storage.Local;

/// <summary>Where the local store keeps its things.</summary>
public sealed record LocalStoreOptions
{
    /// <summary>The folder of its data, key, log and endpoint file. <c>.contrastive/store</c> in the working directory.</summary>
    public string DataFolder { get; init; } = Path.Combine(".contrastive", "store");

    /// <summary>The folder of its npm packages; looked for by <see cref="LocalPackages.FindFolder()"/> when null.</summary>
    public string? PackagesFolder { get; init; }

    /// <summary>
    /// How long Azurite stays for others when this program is the last to leave: starting it takes seconds. Not at all by default.
    /// </summary>
    public TimeSpan Linger { get; init; }

    /// <summary>Hears what takes long, and when Azurite had to be started again.</summary>
    public IProgress<string>? Progress { get; init; }
}
