using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary>Finds the dataset version that a user means.</summary>
internal static class DatasetFinder
{
    /// <summary>What <c>--help</c> says of the argument.</summary>
    public const string Help = "Name of a dataset, with @VERSION where the store has several versions of it.";

    private const string Root = "datasets/";

    /// <summary>The manifest of a dataset version.</summary>
    /// <param name="store">The store.</param>
    /// <param name="text"><c>name</c> or <c>name@version</c>.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="UsageException">There is none, or there are several.</exception>
    public static async Task<DatasetManifest> FindAsync(ArtifactStore store, string text, CancellationToken cancellationToken)
    {
        var parts = text.Split('@');
        var all = await ListAsync(store, cancellationToken);
        var found = all.Where(v => v.Name == parts[0] && (parts.Length == 1 || (parts.Length == 2 && v.Version == parts[1]))).ToArray();
        if (found.Length == 1)
            return await new DatasetReader(store).ReadManifestAsync(found[0].Name, found[0].Version, cancellationToken);
        var choice = found.Length > 1 ? found : all.ToArray();
        var names = string.Join(", ", choice.Select(v => $"{v.Name}@{v.Version}"));
        throw new UsageException(found.Length > 1
            ? $"Dataset '{text}' has several versions; say which: {names}."
            : $"There is no dataset '{text}'; " + (names.Length > 0 ? $"the store has {names}." : "the store has none. 'contrastive data prepare' makes one."));
    }

    private static async Task<List<(string Name, string Version)>> ListAsync(ArtifactStore store, CancellationToken cancellationToken)
    {
        var versions = new List<(string, string)>();
        await foreach (var blob in store.ListAsync(Root, cancellationToken))
        {
            if (blob.Path[Root.Length..].Split('/') is [var name, var version, "manifest.json"])
                versions.Add((name, version));
        }
        return versions;
    }
}
