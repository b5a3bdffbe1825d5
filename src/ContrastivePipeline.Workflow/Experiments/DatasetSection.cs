using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>A dataset of an experiment.</summary>
/// <param name="Media">How its media are stored and fed to the model.</param>
[JsonConverter(typeof(DatasetSectionConverter))]
public sealed record DatasetSection(string Name, SourceSection Source, MediaSection Media);

/// <summary>Where a dataset comes from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EmojiSection), "emoji")]
[JsonDerivedType(typeof(PairsSection), "pairs")]
[JsonDerivedType(typeof(KarpathySection), "karpathy")]
[JsonDerivedType(typeof(CifarSection), "cifar")]
[JsonDerivedType(typeof(SentencesSection), "sentences")]
[JsonDerivedType(typeof(SentencePairsSection), "sentence_pairs")]
[JsonDerivedType(typeof(TriplesSection), "triples")]
[JsonDerivedType(typeof(SentEvalSection), "senteval")]
[JsonDerivedType(typeof(StoredSection), "stored")]
public abstract record SourceSection;

/// <summary>The demo's emoji packages.</summary>
public sealed record EmojiSection : SourceSection;

/// <summary>A dataset version that the store has.</summary>
/// <param name="Version">The version; null for the one that is current when a run is started.</param>
public sealed record StoredSection(string? Version) : SourceSection;

internal sealed partial class DatasetSectionReader(ConfigProblems problems, ExperimentFolder folder)
{
    public DatasetSection Read(ConfigSection section, string experiment)
    {
        var name = section.Text("name", experiment)!;
        if (section.Has("name") && !Names().IsMatch(name))
            section.Fail("name", $"dataset.name cannot be '{name}': use lower-case letters, digits, '-', '_' and '.', at most 64");
        var dataset = ReadSourceAndMedia(section, name);
        section.Close();
        return dataset;
    }

    /// <summary>A dataset whose name is the key that it stands under.</summary>
    public DatasetSection ReadNamed(ConfigSection section, ConfigScalar name)
    {
        if (!Names().IsMatch(name.Text))
        {
            problems.Add(name, $"'{name.Text}' cannot name a dataset: use lower-case letters, digits, '-', '_' and '.', at most 64");
        }
        var dataset = ReadSourceAndMedia(section, name.Text);
        section.Close();
        return dataset;
    }

    private DatasetSection ReadSourceAndMedia(ConfigSection section, string name)
    {
        var source = ReadSource(section.RequiredSection("source"));
        return new DatasetSection(name, source, ReadMedia(section, source));
    }

    // The key says which kind of media it is.
    private MediaSection ReadMedia(ConfigSection section, SourceSection source)
    {
        var given = MediaKinds.All.Where(kind => section.Has(kind.Name)).ToArray();
        if (source is TextSourceSection)
        {
            foreach (var media in given.Where(kind => kind.HasMedia))
                problems.Add(section.Find(media.Name)!, $"{section.PathOf("source")} has texts alone: leave out {media.Name}");
            return MediaKinds.Of(TextFormat.KindName).SectionOf(0);
        }
        foreach (var second in given.Skip(1))
            problems.Add(section.Find(second.Name)!, $"a dataset has media of one kind: leave out {given[0].Name} or {second.Name}");
        var kind = given.FirstOrDefault() ?? MediaKinds.All[0];
        return kind.ReadMedia(section.Section(kind.Name));
    }

    private SourceSection ReadSource(ConfigSection section)
    {
        if (section.Node is not ConfigMapping { Entries.Count: > 0 })
            return new EmojiSection();
        if (section.RequiredText("kind").Length == 0)
            return new EmojiSection();
        SourceSection? source = section.Choice(
            "kind", "", "emoji", "pairs", "karpathy", "cifar", "sentences", "sentence_pairs", "triples", "senteval", "stored") switch
        {
            "emoji" => new EmojiSection(),
            "pairs" => ReadPairs(section),
            "karpathy" => ReadKarpathy(section),
            "cifar" => ReadCifar(section),
            "sentences" => ReadSentences(section),
            "sentence_pairs" => ReadSentencePairs(section),
            "triples" => ReadTriples(section),
            "senteval" => ReadSentEval(section),
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
            section.Fail("version", $"{section.PathOf("version")} cannot be '{version}': a version has 12 hexadecimal digits, as 'contrastive "
                + "data versions' lists them");
        }
        return new StoredSection(version);
    }

    [GeneratedRegex(@"^[0-9a-f]{12}\z")]
    private static partial Regex Versions();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Names();
}
