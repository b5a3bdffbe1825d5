using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>A CSV or TSV of image paths and captions.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="ImageRoot">Folder that image paths are relative to, absolute.</param>
/// <param name="SplitColumn">Column of splits; null where the rows have none.</param>
/// <param name="TestFraction">Share of the images held out, by a hash of their names, where the rows have no splits.</param>
/// <param name="MaxCaptionLength">Longer captions, in UTF-16 characters, are quarantined.</param>
/// <param name="ConfinedTo">Folder of the server that the table and the images must lie in, absolute; null for anywhere.</param>
/// <param name="ClassColumn">Column of classes; null where the rows have none.</param>
public sealed record PairsSection(
    [property: NotInFingerprint] string Path,
    string ImageColumn,
    string CaptionColumn,
    char Delimiter,
    [property: NotInFingerprint] string ImageRoot,
    string? SplitColumn,
    double TestFraction,
    int MaxCaptionLength = PairsSourceSpec.DefaultMaxCaptionLength,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClassColumn = null)
    : SourceSection
{
    internal PairsSourceSpec ToSpec() => new(
        Path, ImageColumn, CaptionColumn, Delimiter == '\t' ? "tab" : $"{Delimiter}", ImageRoot, SplitColumn, TestFraction, MaxCaptionLength,
        ConfinedTo, ClassColumn);
}

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
    private PairsSection ReadPairs(ConfigSection section)
    {
        var path = ReadTable(section);
        var root = section.Has("image_root")
            ? folder.FolderOf(section, "image_root")
            : Path.GetDirectoryName(path) ?? "";
        var delimiter = ReadDelimiter(section) ?? (path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? "tab" : ",");
        if (section.Has("split_column") && section.Has("test_fraction"))
            section.Fail("test_fraction", $"{section.PathOf("test_fraction")} has no use beside split_column: leave one of them out");
        return new PairsSection(
            path,
            section.Text("image_column", "image")!,
            section.Text("caption_column", "caption")!,
            delimiter == "tab" ? '\t' : delimiter.FirstOrDefault(','),
            root,
            section.Text("split_column"),
            section.Real("test_fraction", 0.1, value => value is >= 0 and < 1, "at least 0 and less than 1"),
            section.Int("max_caption_length", PairsSourceSpec.DefaultMaxCaptionLength, 1, 100_000),
            folder.Root,
            section.Text("class_column"));
    }

    private KarpathySection ReadKarpathy(ConfigSection section)
    {
        var path = ReadTable(section);
        var images = section.Has("images")
            ? folder.FolderOf(section, "images")
            : Path.GetDirectoryName(path) ?? "";
        return new KarpathySection(path, images, folder.Root);
    }

    private CifarSection ReadCifar(ConfigSection section)
    {
        section.RequiredText("path");
        return new CifarSection(
            section.Has("path") ? folder.FolderOf(section, "path") : "", folder.Root);
    }
}
