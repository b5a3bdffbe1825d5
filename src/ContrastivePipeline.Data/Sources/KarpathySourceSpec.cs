using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Karpathy's splits of Flickr8k, Flickr30k or COCO as he published them (arXiv 1412.2306): a JSON object whose <c>images</c> have
/// a file name, a split and sentences. The raw sentences are the captions; <c>restval</c>, COCO's validation images that are in neither
/// <c>val</c> nor <c>test</c>, is part of <c>train</c>, as it is in the results that others report.</summary>
/// <param name="Path">The JSON file, UTF-8; read entry by entry, whatever its length.</param>
/// <param name="ImageRoot">Folder that the file names, of COCO those with their folders, are relative to and must not leave; by default the
/// JSON file's folder.</param>
/// <param name="ConfinedTo">Folder that neither the file nor the image root may lie outside of, and then no image outside of the image root,
/// links followed; null for anywhere.</param>
public sealed record KarpathySourceSpec(
    [property: NotInFingerprint] string Path,
    [property: NotInFingerprint] string? ImageRoot = null,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null) : MediaSourceSpec
{
    private SourcePlace Place => new(Path, ImageRoot, ConfinedTo);

    /// <inheritdoc/>
    /// <remarks>A row is a sentence; its number is that of its entry in <c>images</c>, from 1.</remarks>
    public override async IAsyncEnumerable<PairRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var place = Place;
        place.CheckImageFolder();
        using var entries = new JsonArrayReader(Open(), place.ShownPath, KarpathyRows.Images);
        var rows = new KarpathyRows(place);
        while (entries.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entries.Count == 1)
                CheckLayout(entry, place);

            foreach (var row in rows.Read(entries.Count, entry))
                yield return row;
        }

        if (!entries.IsFound)
        {
            var found = entries.Properties.Count == 0 ? "is an empty object" : $"has {string.Join(", ", entries.Properties)}";
            throw new SourceException($"{place.ShownPath} is not in Karpathy's layout: it has no list '{KarpathyRows.Images}', but {found}.");
        }

        if (entries.Count == 0)
            throw new SourceException($"{place.ShownPath}: its '{KarpathyRows.Images}' are none; it should have an entry for every image.");
    }

    /// <inheritdoc/>
    /// <remarks>Made of the file's name and content and every image's path and content: reads every image.</remarks>
    public override Task<string> SnapshotAsync(CancellationToken cancellationToken = default) =>
        SourceSnapshot.OfAsync("karpathy", this, Place, Open, cancellationToken);

    private FileStream Open() => TableFile.OpenJson(Place.FindTable(), Place.ShownPath);

    // COCO's own annotations have 'images' too, but the captions elsewhere.
    private static void CheckLayout(JsonElement entry, SourcePlace place)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            return;
        if (entry.TryGetProperty(KarpathyRows.FileName, out _) || entry.TryGetProperty(KarpathyRows.Sentences, out _))
            return;
        var found = string.Join(", ", entry.EnumerateObject().Select(property => TableText.Printable(property.Name)));
        throw new SourceException($"{place.ShownPath} is not in Karpathy's layout: its images have {(found.Length == 0 ? "nothing" : found)} " +
            $"instead of {KarpathyRows.FileName}, split and {KarpathyRows.Sentences}. COCO's own annotation files are another layout: fetch " +
            "dataset_coco.json of Karpathy's splits.");
    }
}
