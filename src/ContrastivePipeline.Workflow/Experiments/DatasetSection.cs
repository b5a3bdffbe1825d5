using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>A dataset of an experiment.</summary>
public sealed record DatasetSection(string Name, SourceSection Source, ImageSection Image);

/// <summary>Where a dataset comes from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EmojiSection), "emoji")]
[JsonDerivedType(typeof(PairsSection), "pairs")]
[JsonDerivedType(typeof(KarpathySection), "karpathy")]
[JsonDerivedType(typeof(CifarSection), "cifar")]
[JsonDerivedType(typeof(StoredSection), "stored")]
public abstract record SourceSection;

/// <summary>The demo's emoji packages.</summary>
public sealed record EmojiSection : SourceSection;

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
    : SourceSection;

/// <summary>A dataset version that the store has.</summary>
/// <param name="Version">The version; null for the one that is current when a run is started.</param>
public sealed record StoredSection(string? Version) : SourceSection;

/// <summary>How images are stored and fed to the model.</summary>
/// <param name="Size">Short side as stored, and side of the model's square input, pixels.</param>
/// <param name="Encoding"><c>png</c> or <c>jpeg</c>.</param>
public sealed record ImageSection(int Size, string Encoding);

internal sealed partial class DatasetSectionReader(ExperimentFolder folder)
{
    public DatasetSection Read(ConfigSection section, string experiment)
    {
        var name = section.Text("name", experiment)!;
        if (section.Has("name") && !Names().IsMatch(name))
            section.Fail("name", $"dataset.name cannot be '{name}': use lower-case letters, digits, '-', '_' and '.', at most 64");
        var dataset = new DatasetSection(name, ReadSource(section.RequiredSection("source")), ReadImage(section.Section("image")));
        section.Close();
        return dataset;
    }

    /// <summary>A dataset whose name is the key that it stands under.</summary>
    public DatasetSection ReadNamed(ConfigSection section, ConfigScalar name, ConfigProblems problems)
    {
        if (!Names().IsMatch(name.Text))
        {
            problems.Add(name, $"'{name.Text}' cannot name a dataset: use lower-case letters, digits, '-', '_' and '.', at most 64");
        }
        var dataset = new DatasetSection(name.Text, ReadSource(section.RequiredSection("source")), ReadImage(section.Section("image")));
        section.Close();
        return dataset;
    }

    private static ImageSection ReadImage(ConfigSection section)
    {
        var image = new ImageSection(section.Int("size", 64, 8, 1024), section.Choice("encoding", "png", "png", "jpeg"));
        section.Close();
        return image;
    }

    private SourceSection ReadSource(ConfigSection section)
    {
        if (section.Node is not ConfigMapping { Entries.Count: > 0 })
            return new EmojiSection();
        if (section.RequiredText("kind").Length == 0)
            return new EmojiSection();
        SourceSection? source = section.Choice("kind", "", "emoji", "pairs", "karpathy", "cifar", "stored") switch
        {
            "emoji" => new EmojiSection(),
            "pairs" => ReadPairs(section),
            "karpathy" => ReadKarpathy(section),
            "cifar" => ReadCifar(section),
            "stored" => ReadStored(section),
            _ => null,
        };
        // Of an unknown kind the keys are unknown.
        if (source is not null)
            section.Close();
        return source ?? new EmojiSection();
    }

    private static StoredSection ReadStored(ConfigSection section)
    {
        var version = section.Text("version");
        if (version is not null && !Versions().IsMatch(version))
        {
            section.Fail("version", $"dataset.source.version cannot be '{version}': a version has 12 hexadecimal digits, as 'contrastive "
                + "data versions' lists them");
        }
        return new StoredSection(version);
    }

    private PairsSection ReadPairs(ConfigSection section)
    {
        section.RequiredText("path");
        var path = section.Has("path") ? folder.FileOf(section, "path", "dataset.source.path") : "";
        var root = section.Has("image_root")
            ? folder.FolderOf(section, "image_root", "dataset.source.image_root")
            : Path.GetDirectoryName(path) ?? "";
        var delimiter = section.Text("delimiter") ?? (path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? "\t" : ",");
        if (delimiter.Length != 1)
        {
            section.Fail(
                "delimiter", $"dataset.source.delimiter must be one character, not '{delimiter}'; a tab is \"\\t\" in double quotes");
        }
        else if (!char.IsAscii(delimiter[0]) || delimiter[0] == '"')
        {
            section.Fail(
                "delimiter", $"dataset.source.delimiter cannot be '{delimiter}': it must be an ASCII character other than a quote");
        }
        if (section.Has("split_column") && section.Has("test_fraction"))
            section.Fail("test_fraction", "dataset.source.test_fraction has no use beside split_column: leave one of them out");
        return new PairsSection(
            path,
            section.Text("image_column", "image")!,
            section.Text("caption_column", "caption")!,
            delimiter[0],
            root,
            section.Text("split_column"),
            section.Real("test_fraction", 0.1, value => value is >= 0 and < 1, "at least 0 and less than 1"),
            section.Int("max_caption_length", PairsSourceSpec.DefaultMaxCaptionLength, 1, 100_000),
            folder.Root,
            section.Text("class_column"));
    }

    [GeneratedRegex(@"^[0-9a-f]{12}\z")]
    private static partial Regex Versions();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Names();
}
