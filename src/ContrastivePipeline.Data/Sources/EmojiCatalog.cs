using System.Globalization;
using System.Text.Json;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Reads the concepts: Unicode's list of emoji joined with CLDR's names and keywords.</summary>
internal static class EmojiCatalog
{
    /// <summary>Every emoji but the skin-tone swatches, in the order of the list, with its family.</summary>
    /// <exception cref="SourceException">A package is missing or has another layout.</exception>
    public static async Task<IReadOnlyList<EmojiConcept>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var tablePath = Path.Combine(folder, EmojiPackages.Table);
        var annotationsPath = Path.Combine(folder, EmojiPackages.Annotations);
        using var table = await EmojiPackages.ReadJsonAsync(tablePath, cancellationToken);
        using var annotations = await EmojiPackages.ReadJsonAsync(annotationsPath, cancellationToken);
        try
        {
            var names = new EmojiNames(annotations.RootElement.GetProperty("annotations").GetProperty("annotations"));
            var concepts = new List<EmojiConcept>();
            var row = 0;
            foreach (var entry in table.RootElement.EnumerateArray())
            {
                row++;
                var category = Text(entry, "category");
                if (category == "Component")
                    continue;
                var id = Text(entry, "unified").ToLowerInvariant();
                var (name, keywords) = names.Describe(id, Text(entry, "name"), category);
                concepts.Add(new EmojiConcept(id, row, name, keywords, category, Text(entry, "subcategory")));
            }

            return EmojiFamilies.Assign(concepts, folder);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SourceException($"{tablePath} or {annotationsPath} has not the layout that was expected: " +
                $"{error.Message} Install the demo's packages again with 'npm ci'.", error);
        }
    }

    private static string Text(JsonElement entry, string property) =>
        entry.GetProperty(property).GetString() ?? throw new FormatException($"'{property}' is null in {entry}.");
}

/// <summary>Names and keywords of emoji, by CLDR where it has them.</summary>
/// <param name="annotations">CLDR's object: emoji to <c>{ "default": [keywords], "tts": [name] }</c>.</param>
internal sealed class EmojiNames(JsonElement annotations)
{
    private const char Joiner = '\u200d';

    /// <summary>Name and keywords. CLDR lists flags and some joined sequences in a package of their own; for these the name is made from
    /// Unicode's, and the keywords are those of the longest beginning that CLDR does list.</summary>
    public (string Name, IReadOnlyList<string> Keywords) Describe(string id, string unicodeName, string category)
    {
        var text = string.Concat(id.Split('-').Select(point => char.ConvertFromUtf32(int.Parse(point, NumberStyles.HexNumber))))
            .Replace("\ufe0f", "", StringComparison.Ordinal);
        if (TryFind(text, out var name, out var keywords))
            return (name, Beyond(name, keywords));
        if (category == "Flags" && unicodeName.EndsWith(" Flag", StringComparison.Ordinal))
            return ($"flag of {unicodeName[..^" Flag".Length]}", []);

        name = unicodeName.Any(char.IsLower) ? unicodeName : unicodeName.ToLowerInvariant();
        for (var end = text.LastIndexOf(Joiner); end > 0; end = text.LastIndexOf(Joiner, end - 1))
        {
            if (TryFind(text[..end], out _, out keywords))
                return (name, Beyond(name, keywords));
        }

        return (name, []);
    }

    private bool TryFind(string text, out string name, out IReadOnlyList<string> keywords)
    {
        (name, keywords) = ("", []);
        if (!annotations.TryGetProperty(text, out var found))
            return false;
        name = found.GetProperty("tts")[0].GetString() ?? throw new FormatException($"CLDR's name of '{text}' is null.");
        if (found.TryGetProperty("default", out var list))
            keywords = [.. list.EnumerateArray().Select(word => word.GetString() ?? "")];

        return true;
    }

    // A keyword whose words are all in the name adds nothing.
    private static List<string> Beyond(string name, IReadOnlyList<string> keywords)
    {
        var known = WordsOf(name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. keywords.Where(keyword => !WordsOf(keyword).All(known.Contains))];
    }

    private static string[] WordsOf(string text) =>
        text.Split([' ', ':', ',', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
