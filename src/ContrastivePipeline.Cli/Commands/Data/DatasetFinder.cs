using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary>Finds the dataset version that a user means.</summary>
internal static class DatasetFinder
{
    /// <summary>What <c>--help</c> says of the argument.</summary>
    public const string Help = "Name of a dataset for its current version, or NAME@VERSION.";

    /// <summary>The manifest of a dataset version.</summary>
    /// <param name="store">The store.</param>
    /// <param name="text"><c>name</c> or <c>name@version</c>.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DatasetNotFoundException">There is none, or it is not said which is meant.</exception>
    public static Task<DatasetManifest> FindAsync(ArtifactStore store, string text, CancellationToken cancellationToken) =>
        new DatasetCatalog(store).FindAsync(text, cancellationToken);
}
