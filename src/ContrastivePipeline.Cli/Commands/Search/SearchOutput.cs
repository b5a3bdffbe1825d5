namespace ContrastivePipeline.Cli.Commands.Search;

/// <summary>Shows the result of a search.</summary>
/// <param name="scope">Display text of the splits, and why they were chosen.</param>
internal sealed class SearchOutput(
    Invocation call, string runId, ModelChoice choice, DatasetManifest manifest, IReadOnlyList<string> splits, string scope)
{
    /// <param name="found">Best first.</param>
    /// <param name="files">Names of the files that they were written to; null where they were not.</param>
    public void Write(IReadOnlyList<FoundMediaItem> found, IReadOnlyList<string>? files)
    {
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "found",
                RunId = runId,
                choice.Variant,
                choice.Seed,
                choice.Why,
                Dataset = manifest.Name,
                manifest.Version,
                Splits = splits,
                Media = found,
                Files = files,
            });
            return;
        }
        WriteHead();
        var table = ConsoleTables.Create(">Score", "Media item", "Split", "Captions");
        foreach (var mediaItem in found)
            table.Add($"{mediaItem.Score:0.000}", mediaItem.MediaId, mediaItem.Split, string.Join(" | ", mediaItem.Captions));
        call.Console.Write(table);
        if (files is not null)
            call.Write($"Written: {string.Join(", ", files)}");
    }

    /// <param name="found">Best first.</param>
    public void Write(IReadOnlyList<FoundCaption> found)
    {
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "found",
                RunId = runId,
                choice.Variant,
                choice.Seed,
                choice.Why,
                Dataset = manifest.Name,
                manifest.Version,
                Splits = splits,
                Captions = found,
            });
            return;
        }
        WriteHead();
        var table = ConsoleTables.Create(">Score", "Caption", "Split", "Media");
        foreach (var caption in found)
            table.Add($"{caption.Score:0.000}", caption.Caption, caption.Split, string.Join(" | ", caption.MediaIds));
        call.Console.Write(table);
    }

    private void WriteHead() => call.Write(
        $"{choice.Variant}, seed {choice.Seed}{(choice.Why.Length > 0 ? $" ({choice.Why})" : "")}, "
        + $"in {manifest.Name}@{manifest.Version}, {scope}");
}

/// <summary>Writes the media found as files, named by rank and identifier.</summary>
internal static class FoundFiles
{
    /// <returns>Names of the files, best first.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        ArtifactStore store, DatasetManifest manifest, IReadOnlyList<FoundMediaItem> found, string folder,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var images = new DatasetMedia(store, manifest);
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
