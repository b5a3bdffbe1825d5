using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Texts without media.</summary>
public abstract record TextSourceSection : SourceSection
{
    internal abstract TextSourceSpec ToSpec();
}

/// <summary>A CSV or TSV of texts without media.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Delimiter">One character; null for what the file's extension says.</param>
/// <param name="ConfinedTo">Folder of the server that the table must lie in, absolute; null for anywhere.</param>
public abstract record TextTableSection(
    [property: NotInFingerprint] string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Delimiter,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo) : TextSourceSection;

/// <summary>Sentences, one a row.</summary>
/// <param name="SplitColumn">Column of splits; null for <c>train</c>.</param>
public sealed record SentencesSection(string Path, string SentenceColumn, string? SplitColumn, string? Delimiter = null, string? ConfinedTo = null)
    : TextTableSection(Path, Delimiter, ConfinedTo)
{
    internal override TextSourceSpec ToSpec() => new SentencesSourceSpec(Path, SentenceColumn, SplitColumn, Delimiter, ConfinedTo);
}

/// <summary>Pairs of sentences with scores.</summary>
/// <param name="SplitColumn">Column of splits; null for <c>test</c>.</param>
public sealed record SentencePairsSection(
    string Path, string FirstColumn, string SecondColumn, string ScoreColumn, string? SplitColumn, string? Delimiter = null,
    string? ConfinedTo = null)
    : TextTableSection(Path, Delimiter, ConfinedTo)
{
    internal override TextSourceSpec ToSpec() =>
        new SentencePairsSourceSpec(Path, FirstColumn, SecondColumn, ScoreColumn, SplitColumn, Delimiter, ConfinedTo);
}

/// <summary>Sentence triples for L_n.</summary>
public sealed record TriplesSection(
    string Path, string AnchorColumn, string PositiveColumn, string NegativeColumn, string? Delimiter = null,
    string? ConfinedTo = null)
    : TextTableSection(Path, Delimiter, ConfinedTo)
{
    internal override TextSourceSpec ToSpec() =>
        new TriplesSourceSpec(Path, AnchorColumn, PositiveColumn, NegativeColumn, Delimiter, ConfinedTo);
}

/// <summary>A task of SentEval, in its own files.</summary>
/// <param name="Path">SentEval's folder of data, absolute.</param>
public sealed record SentEvalSection(
    [property: NotInFingerprint] string Path,
    string TaskName,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null) : TextSourceSection
{
    internal override TextSourceSpec ToSpec() => new SentEvalSourceSpec(Path, TaskName, ConfinedTo);
}

internal sealed partial class DatasetSectionReader
{
    private SentEvalSection ReadSentEval(ConfigSection section)
    {
        section.RequiredText("path");
        if (!section.Has("task"))
            section.RequiredText("task");
        return new SentEvalSection(
            section.Has("path") ? folder.FolderOf(section, "path") : "",
            section.Choice("task", SentEvalSourceSpec.TaskNames[0], [.. SentEvalSourceSpec.TaskNames]), folder.Root);
    }

    private SentencesSection ReadSentences(ConfigSection section) => new(
        ReadTable(section), section.Text("sentence_column", "sentence")!, section.Text("split_column"), ReadDelimiter(section), folder.Root);

    private SentencePairsSection ReadSentencePairs(ConfigSection section) => new(
        ReadTable(section), section.Text("first_column", "sentence1")!, section.Text("second_column", "sentence2")!,
        section.Text("score_column", "score")!, section.Text("split_column"), ReadDelimiter(section), folder.Root);

    private TriplesSection ReadTriples(ConfigSection section) => new(
        ReadTable(section), section.Text("anchor_column", "sent0")!, section.Text("positive_column", "sent1")!,
        section.Text("negative_column", "hard_neg")!, ReadDelimiter(section), folder.Root);

    private string ReadTable(ConfigSection section)
    {
        section.RequiredText("path");
        return section.Has("path") ? folder.FileOf(section, "path") : "";
    }

    /// <summary>The delimiter that a source gives; null for none.</summary>
    private static string? ReadDelimiter(ConfigSection section)
    {
        var delimiter = section.Text("delimiter");
        if (delimiter is { Length: not 1 })
        {
            section.Fail(
                "delimiter", $"{section.PathOf("delimiter")} must be one character, not '{delimiter}'; a tab is \"\\t\" in double quotes");
        }
        else if (delimiter is not null && (!char.IsAscii(delimiter[0]) || delimiter[0] == '"'))
        {
            section.Fail(
                "delimiter", $"{section.PathOf("delimiter")} cannot be '{delimiter}': it must be an ASCII character other than a quote");
        }
        return delimiter == "\t" ? "tab" : delimiter;
    }
}
