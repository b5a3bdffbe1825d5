using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>One set of objectives, from weights that are drawn or published, or weights or embeddings that are only evaluated.</summary>
/// <param name="Name">Name, for example <c>cyclip+ls</c>.</param>
public sealed partial record VariantSection(string Name, ObjectiveWeights Objectives)
{
    /// <summary>Weights to evaluate as they are, without training; null, and absent from JSON, for a variant that is trained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeightsSection? Weights { get; init; }

    /// <summary>Weights that training starts from; null, and absent from JSON, for weights that are drawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeightsSection? From { get; init; }

    /// <summary>Weights under a name.</summary>
    public static VariantSection Of(string name, WeightsSection weights) => new(name, new ObjectiveWeights()) { Weights = weights };

    /// <summary>Embeddings that another program computed; null, and absent from JSON, for a variant with a model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmbeddingsSection? Embeddings { get; init; }

    /// <summary>Embeddings under a name.</summary>
    public static VariantSection Of(string name, EmbeddingsSection embeddings) =>
        new(name, new ObjectiveWeights()) { Embeddings = embeddings };

    /// <summary>Whether it is trained, with each of the seeds.</summary>
    [JsonIgnore]
    public bool IsTrained => Weights is null && Embeddings is null;

    /// <summary>The variants of the paper, in its order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["clip", "clip+ls", "clip+ln", "cyclip", "cyclip+ls", "cyclip+ln"];

    /// <summary>Names that <see cref="Named"/> knows without an addition.</summary>
    public static IReadOnlyList<string> Bases { get; } = ["clip", "cyclip"];

    /// <summary>A variant by its name: <c>clip</c> (all weights 0) or <c>cyclip</c> (λ_C = λ_I = 0.25, CyCLIP's README), then <c>+ls</c>
    /// for λ_s = 1 and <c>+ln</c> for λ_n = 1, each at most once. Null for any other name.</summary>
    public static VariantSection? Named(string name)
    {
        var match = Grammar().Match(name);
        if (!match.Success)
            return null;
        var cyclic = match.Groups["base"].Value == "cyclip" ? 0.25 : 0;
        return new VariantSection(name, new ObjectiveWeights()
            .With(CyclicCross.Name, cyclic).With(CyclicInModal.Name, cyclic)
            .With(SentenceUnsupervised.Name, match.Groups["ls"].Success ? 1 : 0)
            .With(SentenceSupervised.Name, match.Groups["ln"].Success ? 1 : 0));
    }

    [GeneratedRegex(@"^(?<base>clip|cyclip)(?<ls>\+ls)?(?<ln>\+ln)?\z")]
    private static partial Regex Grammar();
}

/// <summary>A Parquet file of vectors, as <see cref="VectorTable"/> reads it.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Sha256">Its hash, pinned when a run is started; empty before.</param>
public sealed record EmbeddingsSection([property: NotInFingerprint] string Path, string Sha256 = "");

/// <summary>Weights of a CLIP model in safetensors, with OpenAI's or open_clip's keys.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Config">open_clip's configuration of the model, absolute; null where the shapes tell all.</param>
/// <param name="Vocabulary">The merges of its tokenizer, absolute; null for CLIP's, which is fetched.</param>
/// <param name="Sha256">Hashes of the three, pinned when a run is started; empty before, and for what is null.</param>
public sealed record WeightsSection(
    [property: NotInFingerprint] string Path,
    [property: NotInFingerprint] string? Config,
    [property: NotInFingerprint] string? Vocabulary,
    string Sha256 = "",
    string ConfigSha256 = "",
    string VocabularySha256 = "")
{
    // Beside weights that open_clip publishes, and beside those that 'contrastive export' writes.
    private static readonly string[] Configs = ["open_clip_config.json", "config.json"];

    /// <summary>A file of weights with the configuration and the vocabulary that lie beside it.</summary>
    /// <param name="isConfined">Whether what lies beside it may not be a link, which might lead out of a server's data folder.</param>
    public static WeightsSection Of(string path, string? config = null, string? vocabulary = null, bool isConfined = false)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        string? Beside(params string[] names) => names.Select(name => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(file => File.Exists(file) && !(isConfined && new FileInfo(file).LinkTarget is not null));
        return new WeightsSection(path, config ?? Beside(Configs), vocabulary ?? Beside("vocabulary.txt"));
    }
}

internal sealed partial class VariantSectionReader(ConfigProblems problems, ExperimentFolder folder)
{
    /// <param name="namesTriples">Whether the experiment names a dataset of triples.</param>
    public IReadOnlyList<VariantSection> Read(ConfigSection root, SourceSection source, bool namesTriples)
    {
        var variants = new List<VariantSection>();
        // What a stored version has is known when a run is started with it.
        var hasTriples = namesTriples || source is EmojiSection or TriplesSection;
        var mayHaveTriples = hasTriples || source is StoredSection;
        if (root.Items("variants") is not { } items)
            return [.. VariantSection.Names.Select(name => VariantSection.Named(name)!).Where(v => hasTriples || !NeedsTriples(v))];
        foreach (var item in items)
        {
            if (ReadOne(item) is not { } variant)
                continue;
            if (variants.Any(earlier => earlier.Name == variant.Name))
                problems.Add(item, $"variants has '{variant.Name}' twice");
            if (NeedsTriples(variant) && !mayHaveTriples)
            {
                problems.Add(item, $"variant '{variant.Name}' trains L_n, which needs sentence triples; this source has none: "
                    + "name a dataset that has them with training.triples");
            }
            variants.Add(variant);
        }
        return variants;
    }

    private static bool NeedsTriples(VariantSection variant) => variant.Objectives.Need(ObjectiveNeeds.Triples);

    private VariantSection? ReadOne(ConfigNode item)
    {
        switch (item)
        {
            case ConfigScalar { IsEmpty: false } name:
                if (VariantSection.Named(name.Text) is { } known)
                    return known;
                problems.Add(item, $"'{name.Text}' is no variant: use clip or cyclip, then +ls or +ln, or a name with its weights"
                    + Spelling.Hint(name.Text, VariantSection.Names));
                return null;
            case ConfigMapping { Entries: [var entry] } when entry.Key.Text != "name":
                return ReadObjectives(entry);
            case ConfigMapping { Entries: var entries } when entries.Any(entry => entry.Key.Text is "weights" or "embeddings" or "from"):
                return ReadPublished(item);
            default:
                problems.Add(item, $"a variant must be a name, or a name with its weights, not {item.Kind}");
                return null;
        }
    }

    private VariantSection ReadPublished(ConfigNode item)
    {
        var section = new ConfigSection(item, "variants[]", problems);
        var name = section.RequiredText("name");
        if (name.Length > 0 && !Names().IsMatch(name))
            section.Fail("name", BadName(name));
        string? File(string key) => section.Has(key) ? folder.FileOf(section, key) : null;
        if (section.Has("embeddings"))
        {
            var embeddings = new EmbeddingsSection(File("embeddings")!);
            section.Close();
            return VariantSection.Of(name, embeddings);
        }
        var key = section.Has("from") ? "from" : "weights";
        section.RequiredText(key);
        var (config, vocabulary) = (File("config"), File("vocabulary"));
        // What is missing is said; nothing lies beside it.
        var weights = File(key) is { Length: > 0 } path
            ? WeightsSection.Of(path, config, vocabulary, folder.IsConfined)
            : new WeightsSection("", config, vocabulary);
        var variant = key == "from" ? new VariantSection(name, ReadWeights(section, item)) { From = weights } : VariantSection.Of(name, weights);
        section.Close();
        return variant;
    }

    private static string BadName(string name) =>
        $"'{name}' cannot name a variant: use lower-case letters, digits, '+', '-', '_' and '.', at most 40";

    private VariantSection? ReadObjectives(ConfigEntry entry)
    {
        var name = entry.Key.Text;
        if (!Names().IsMatch(name))
            problems.Add(entry.Key, BadName(name));
        var section = new ConfigSection(entry.Value, "variants[]", problems);
        var weights = ReadWeights(section, entry.Key);
        section.Close();
        return new VariantSection(name, weights);
    }

    private ObjectiveWeights ReadWeights(ConfigSection section, ConfigNode place)
    {
        var start = VariantSection.Named(section.Choice("base", "clip", [.. VariantSection.Bases]))!.Objectives;
        // CyCLIP's option is a switch; a number is a weight like the others.
        var isOption = section.Find(InModal.Name) is ConfigScalar { Text: "true" or "false" };
        if (isOption && section.Flag(InModal.Name, false))
            start = InModal.SharedWithContrastive.Terms.Aggregate(start, (weights, term) => weights.With(term.Objective.Key, term.Weight));
        var weights = ObjectiveList.All.Select(objective => objective.Key).Where(key => !isOption || key != InModal.Name)
            .Aggregate(start, (weights, key) => weights.With(key, section.Real(key, start[key], value => value >= 0, "at least 0")));
        if (!weights.Terms.Any())
            problems.Add(place, "a variant must have an objective: give one of its weights more than 0");
        return weights;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9+._-]{0,39}\z")]
    private static partial Regex Names();
}
