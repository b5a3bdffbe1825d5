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
