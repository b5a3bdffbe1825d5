using System.Text.RegularExpressions;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>One set of objectives.</summary>
/// <param name="Name">Name, for example <c>cyclip+ls</c>.</param>
public sealed partial record VariantSection(string Name, ObjectiveWeights Objectives)
{
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
        return new VariantSection(name, new ObjectiveWeights(
            cyclic, cyclic, match.Groups["ls"].Success ? 1 : 0, match.Groups["ln"].Success ? 1 : 0));
    }

    [GeneratedRegex(@"^(?<base>clip|cyclip)(?<ls>\+ls)?(?<ln>\+ln)?\z")]
    private static partial Regex Grammar();
}

internal sealed partial class VariantSectionReader(ConfigProblems problems)
{
    public IReadOnlyList<VariantSection> Read(ConfigSection root, SourceSection source)
    {
        var variants = new List<VariantSection>();
        // What a stored version has is known when a run is started with it.
        var hasTriples = source is EmojiSection;
        var mayHaveTriples = source is EmojiSection or StoredSection;
        if (root.Items("variants") is not { } items)
            return [.. VariantSection.Names.Select(name => VariantSection.Named(name)!).Where(v => hasTriples || !NeedsTriples(v))];
        foreach (var item in items)
        {
            if (ReadOne(item) is not { } variant)
                continue;
            if (variants.Any(earlier => earlier.Name == variant.Name))
                problems.Add(item, $"variants has '{variant.Name}' twice");
            if (NeedsTriples(variant) && !mayHaveTriples)
                problems.Add(item, $"variant '{variant.Name}' trains L_n, which needs sentence triples; this source has none");
            variants.Add(variant);
        }
        return variants;
    }

    private static bool NeedsTriples(VariantSection variant) => variant.Objectives.SentenceSupervised > 0;

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
            case ConfigMapping { Entries: [var entry] }:
                return ReadWeights(entry);
            default:
                problems.Add(item, $"a variant must be a name, or a name with its weights, not {item.Kind}");
                return null;
        }
    }

    private VariantSection? ReadWeights(ConfigEntry entry)
    {
        var name = entry.Key.Text;
        if (!Names().IsMatch(name))
            problems.Add(entry.Key, $"'{name}' cannot name a variant: use lower-case letters, digits, '+', '-', '_' and '.', at most 40");
        var section = new ConfigSection(entry.Value, "variants[]", problems);
        var start = VariantSection.Named(section.Choice("base", "clip", [.. VariantSection.Bases]))!.Objectives;
        var weights = new ObjectiveWeights(
            Weight("cyclic_cross", start.CyclicCross),
            Weight("cyclic_inmodal", start.CyclicInModal),
            Weight("ls", start.SentenceUnsupervised),
            Weight("ln", start.SentenceSupervised),
            section.Flag("inmodal", start.InModal));
        section.Close();
        return new VariantSection(name, weights);

        double Weight(string key, double fallback) => section.Real(key, fallback, value => value >= 0, "at least 0");
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9+._-]{0,39}\z")]
    private static partial Regex Names();
}
