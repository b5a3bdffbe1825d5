using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Karpathy's splits of Flickr8k, Flickr30k or COCO.</summary>
/// <param name="Path">The JSON file, absolute.</param>
/// <param name="Images">Folder that its file names are relative to, absolute.</param>
/// <param name="ConfinedTo">Folder of the server that the file and the images must lie in, absolute; null for anywhere.</param>
public sealed record KarpathySection(
    [property: NotInFingerprint] string Path,
    [property: NotInFingerprint] string Images,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null)
    : SourceSection
{
    internal KarpathySourceSpec ToSpec() => new(Path, Images, ConfinedTo);
}

internal sealed partial class DatasetSectionReader
{
    private KarpathySection ReadKarpathy(ConfigSection section)
    {
        var path = RequiredFile(section);
        var images = section.Has("images")
            ? folder.FolderOf(section, "images", "dataset.source.images")
            : Path.GetDirectoryName(path) ?? "";
        return new KarpathySection(path, images, folder.Root);
    }

    private string RequiredFile(ConfigSection section)
    {
        section.RequiredText("path");
        return section.Has("path") ? folder.FileOf(section, "path", "dataset.source.path") : "";
    }
}
