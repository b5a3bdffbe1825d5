using System.Text.RegularExpressions;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>A piece of a text.</summary>
/// <param name="IsBelow">Whether it is a subscript.</param>
public readonly record struct TextPart(string Text, bool IsBelow);

/// <summary>The subscripts in the names of objectives.</summary>
internal static partial class Subscripts
{
    /// <summary>A text in pieces, with what follows L or λ in L_s, L_n and their kin (also Ls, Ln) as subscripts.</summary>
    public static IEnumerable<TextPart> Split(string text)
    {
        int at = 0;
        foreach (Match match in Objective().Matches(text))
        {
            var (letter, index) = (match.Groups[1], match.Groups[2]);
            yield return new(text[at..(letter.Index + letter.Length)], IsBelow: false);
            yield return new(index.Value, IsBelow: true);
            at = match.Index + match.Length;
        }
        if (at < text.Length)
            yield return new(text[at..], IsBelow: false);
    }

    [GeneratedRegex(@"(?<![A-Za-z])([Lλ])_?(contra|in-modal|C-cyclic|I-cyclic|s|n|C|I)(?![A-Za-z])")]
    private static partial Regex Objective();
}
