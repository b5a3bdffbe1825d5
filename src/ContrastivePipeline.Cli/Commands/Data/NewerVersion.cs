using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary>
/// A version that was made after the current one and never was current: somebody mended the source and prepared it again, which moves
/// nothing, and wonders why the name still means the old version.
/// </summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Current">What the name means.</param>
/// <param name="Version">The newer version.</param>
/// <param name="Captions">Captions of the newer version.</param>
internal sealed record NewerVersion(string Dataset, string Current, string Version, long Captions)
{
    /// <summary>The newest such version; null where there is none, or the reference names a version.</summary>
    public static async Task<NewerVersion?> FindAsync(ArtifactStore store, string reference, CancellationToken cancellationToken)
    {
        var catalog = new DatasetCatalog(store);
        if (reference.Contains('@', StringComparison.Ordinal) || await catalog.CurrentAsync(reference, cancellationToken) is not { } current)
            return null;
        var versions = await catalog.VersionsAsync(reference, cancellationToken);
        var newest = versions.TakeWhile(version => !version.IsCurrent)
            .FirstOrDefault(version => current.History.All(change => change.Version != version.Manifest.Version));
        return newest is null ? null : new NewerVersion(reference, current.Version, newest.Manifest.Version, newest.Manifest.Accounting.Kept);
    }

    /// <summary>What it means and how to change it.</summary>
    public string Describe() => $"Version {Version} ({TextFormatter.Count(Captions)} captions) was made after this one and is not current: '{Dataset}' means {Current} "
        + $"until 'contrastive data use {Dataset} {Version}'.";
}
