using System.Text.Json;

namespace ContrastivePipeline.Data.Sources.Emoji;

/// <summary>Reads the concepts: Unicode's list of emoji joined with CLDR's names and keywords.</summary>
internal static class EmojiCatalog
{
    /// <summary>Every emoji but the skin-tone swatches, in the order of the list.</summary>
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
                if (category == "Component") continue;
                var id = Text(entry, "unified").ToLowerInvariant();
                var (name, keywords) = names.Describe(id, Text(entry, "name"), category);
                concepts.Add(new EmojiConcept(id, row, name, keywords, category, Text(entry, "subcategory")));
            }

            return concepts;
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
