using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>What is measured.</summary>
/// <param name="Retrieval">Splits of retrieval.</param>
/// <param name="Geometry">Splits of alignment and uniformity.</param>
public sealed record EvaluationSection(
    IReadOnlyList<string>? Retrieval, IReadOnlyList<ZeroShotSection> ZeroShot, IReadOnlyList<string>? Geometry)
{
    /// <summary>Stands for every split but train where a kind of evaluation is asked for; null where nothing is said, and what the data allow
    /// is measured.</summary>
    public const string EverySplit = "*";

    /// <summary>Splits whose sentence pairs are compared with people's scores; absent from JSON where it is null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Sentences { get; init; }

    /// <summary>Whether nothing is measured, once the splits are named.</summary>
    [JsonIgnore]
    public bool IsEmpty => this is { Retrieval.Count: 0, ZeroShot.Count: 0, Geometry.Count: 0 } && Sentences is null or { Count: 0 };
}

/// <summary>One zero-shot classification.</summary>
/// <param name="Labels">Name of the dataset's label set.</param>
/// <param name="Split">The split; null for every split but train.</param>
/// <param name="Templates">Prompts, each with {} where the class name goes.</param>
public sealed record ZeroShotSection(string Labels, string? Split, IReadOnlyList<string> Templates);

internal sealed class EvaluationSectionReader(ConfigProblems problems, ExperimentFolder folder)
{
    private static readonly string[] EmojiSplits = ["train", "seen", "unseen"];

    public EvaluationSection Read(ConfigSection section, SourceSection source)
    {
        var evaluation = new EvaluationSection(
            Splits(section, "retrieval", source),
            section.Items("zero_shot")?.Select(item => ReadZeroShot(item, source)).ToArray() ?? [],
            Splits(section, "geometry", source))
        {
            Sentences = Splits(section, "sentences", source),
        };
        section.Close();
        return evaluation;
    }

    private static IReadOnlyList<string>? Splits(ConfigSection section, string key, SourceSection source)
    {
        var splits = section.Texts(key);
        foreach (var split in splits ?? [])
            CheckSplit(section, key, split, source);
        return splits;
    }

    internal static void CheckSplit(ConfigSection section, string key, string split, SourceSection? source)
    {
        if (source is EmojiSection && !EmojiSplits.Contains(split))
            section.Fail(key, $"the emoji source has no split '{split}': use train, seen or unseen{Spelling.Hint(split, EmojiSplits)}");
    }

    private ZeroShotSection ReadZeroShot(ConfigNode item, SourceSection source)
    {
        var section = new ConfigSection(item, "evaluation.zero_shot[]", problems);
        var zeroShot = ReadZeroShot(section, source, folder);
        section.Close();
        return zeroShot;
    }

    /// <summary>Reads the keys of a classification; the section stays open.</summary>
    internal static ZeroShotSection ReadZeroShot(ConfigSection section, SourceSection? source, ExperimentFolder folder)
    {
        var zeroShot = new ZeroShotSection(section.RequiredText("labels"), section.Text("split"), PromptTemplates.Read(section, folder));
        if (zeroShot.Split is { } split)
            CheckSplit(section, "split", split, source);
        return zeroShot;
    }
}
