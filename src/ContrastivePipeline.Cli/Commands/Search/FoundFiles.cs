using ContrastivePipeline.Data;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Pipeline;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Cli.Commands.Search;

/// <summary>Media that were found, as files named by rank and identifier.</summary>
internal static class FoundFiles
{
    /// <summary>Writes the media into a folder.</summary>
    /// <returns>Names of the files, best first.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        ArtifactStore store, DatasetManifest manifest, IReadOnlyList<FoundMediaItem> found, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var images = new DatasetImages(store, manifest);
        var files = new List<string>();
        foreach (var mediaItem in found)
        {
            var row = await images.FindAsync(mediaItem.MediaId, cancellationToken)
                ?? throw new ArtifactMissingException($"{manifest.Name}@{manifest.Version} has lost the media item '{mediaItem.MediaId}'.");
            var file = $"{files.Count + 1:00}-{Clean(row.Id)}.{(row.Bytes is [0xFF, 0xD8, ..] ? "jpg" : "png")}";
            await File.WriteAllBytesAsync(Path.Combine(folder, file), row.Bytes, cancellationToken);
            files.Add(file);
        }
        return files;
    }

    private static string Clean(string id) =>
        string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
}
