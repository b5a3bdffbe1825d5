using System.Globalization;
using System.Text.Json;

namespace ContrastivePipeline.Data.Sources.Emoji;

/// <summary>Names and keywords of emoji, by CLDR where it has them.</summary>
/// <param name="annotations">CLDR's object: emoji to <c>{ "default": [keywords], "tts": [name] }</c>.</param>
internal sealed class EmojiNames(JsonElement annotations)
{
    private const char Joiner = '\u200d';

    /// <summary>
    /// Name and keywords. CLDR lists flags and some joined sequences in a package of their own; for these the name is made
    /// from Unicode's, and the keywords are those of the longest beginning that CLDR does list.
    /// </summary>
    public (string Name, IReadOnlyList<string> Keywords) Describe(string id, string unicodeName, string category)
    {
        var text = string.Concat(id.Split('-').Select(point => char.ConvertFromUtf32(int.Parse(point, NumberStyles.HexNumber))))
            .Replace("\ufe0f", "", StringComparison.Ordinal);
        if (TryFind(text, out var name, out var keywords)) return (name, Beyond(name, keywords));
        if (category == "Flags" && unicodeName.EndsWith(" Flag", StringComparison.Ordinal))
            return ($"flag of {unicodeName[..^" Flag".Length]}", []);

        name = unicodeName.Any(char.IsLower) ? unicodeName : unicodeName.ToLowerInvariant();
        for (var end = text.LastIndexOf(Joiner); end > 0; end = text.LastIndexOf(Joiner, end - 1))
        {
            if (TryFind(text[..end], out _, out keywords)) return (name, Beyond(name, keywords));
        }

        return (name, []);
    }

    private bool TryFind(string text, out string name, out IReadOnlyList<string> keywords)
    {
        (name, keywords) = ("", []);
        if (!annotations.TryGetProperty(text, out var found)) return false;
        name = found.GetProperty("tts")[0].GetString() ?? throw new FormatException($"CLDR's name of '{text}' is null.");
        if (found.TryGetProperty("default", out var list)) keywords = [.. list.EnumerateArray().Select(word => word.GetString() ?? "")];
        return true;
    }

    // A keyword whose words are all in the name tells nothing new.
    private static List<string> Beyond(string name, IReadOnlyList<string> keywords)
    {
        var known = TextFormatter(name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. keywords.Where(keyword => !TextFormatter(keyword).All(known.Contains))];
    }

    private static string[] TextFormatter(string text) =>
        text.Split([' ', ':', ',', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
