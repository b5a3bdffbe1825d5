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

/// <summary>CIFAR-10 or CIFAR-100 in its binary version.</summary>
/// <param name="Path">Folder of the unpacked files, absolute.</param>
/// <param name="ConfinedTo">Folder of the server that the files must lie in, absolute; null for anywhere.</param>
public sealed record CifarSection(
    [property: NotInFingerprint] string Path,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null)
    : SourceSection
{
    internal CifarSourceSpec ToSpec() => new(Path, ConfinedTo);
}

internal sealed partial class DatasetSectionReader
{
    private KarpathySection ReadKarpathy(ConfigSection section)
    {
        section.RequiredText("path");
        var path = section.Has("path") ? folder.FileOf(section, "path", "dataset.source.path") : "";
        var images = section.Has("images")
            ? folder.FolderOf(section, "images", "dataset.source.images")
            : Path.GetDirectoryName(path) ?? "";
        return new KarpathySection(path, images, folder.Root);
    }

    private CifarSection ReadCifar(ConfigSection section)
    {
        section.RequiredText("path");
        return new CifarSection(
            section.Has("path") ? folder.FolderOf(section, "path", "dataset.source.path") : "", folder.Root);
    }
}
