using System.Security.Cryptography;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Finds concepts that are nearly the same to see or to read, and must be held out together: what training sees of one it would
/// know of the other.</summary>
internal static class EmojiFamilies
{
    // Man, woman and person; the signs of gender; the joiner that is left without them; the variation selector; skin tones.
    private static readonly HashSet<string> Dropped =
        ["1f468", "1f469", "1f9d1", "2640", "2642", "200d", "fe0f", "1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"];

    /// <summary>The concepts with their families: the least id of those that are joined by equal code points but for gender, skin tone and
    /// presentation, by an equal list of keywords, or by a drawing that is the same file, byte for byte.</summary>
    /// <param name="folder">A <c>node_modules</c> folder with the drawings.</param>
    public static IReadOnlyList<EmojiConcept> Assign(IReadOnlyList<EmojiConcept> concepts, string folder)
    {
        var parents = concepts.ToDictionary(concept => concept.Id, concept => concept.Id, StringComparer.Ordinal);
        foreach (var twins in TwinsOf(concepts, folder))
        {
            foreach (var twin in twins.Skip(1))
                Join(parents, twins[0], twin);
        }

        return [.. concepts.Select(concept => concept with { Family = Root(parents, concept.Id) })];
    }

    /// <summary>Ids that one of the rules joins, rule by rule.</summary>
    public static IEnumerable<string[]> TwinsOf(IReadOnlyList<EmojiConcept> concepts, string folder) =>
        GroupBy(concepts, concept => string.Join('-', concept.Id.Split('-').Where(point => !Dropped.Contains(point))))
            .Concat(GroupBy(concepts.Where(concept => concept.Keywords.Count > 0), concept => string.Join('\n', concept.Keywords)))
            .Concat(SameDrawings(concepts, folder));

    private static IEnumerable<string[]> GroupBy(IEnumerable<EmojiConcept> concepts, Func<EmojiConcept, string> key) =>
        concepts.GroupBy(key, StringComparer.Ordinal).Select(group => group.Select(concept => concept.Id).ToArray())
            .Where(ids => ids.Length > 1);

    private static IEnumerable<string[]> SameDrawings(IReadOnlyList<EmojiConcept> concepts, string folder) => concepts
        .SelectMany(concept => EmojiPackages.Drawings.Select(drawing => (concept.Id, Path: drawing.PathOf(folder, concept.Id))))
        .Select(drawing => (drawing.Id, File: new FileInfo(drawing.Path))).Where(drawing => drawing.File.Exists)
        .GroupBy(drawing => drawing.File.Length).Where(sizes => sizes.Skip(1).Any())
        .SelectMany(sizes => sizes.GroupBy(drawing => HashOf(drawing.File.FullName), drawing => drawing.Id, StringComparer.Ordinal))
        .Select(copies => copies.Distinct(StringComparer.Ordinal).ToArray()).Where(ids => ids.Length > 1);

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void Join(Dictionary<string, string> parents, string a, string b)
    {
        var (first, second) = (Root(parents, a), Root(parents, b));
        if (string.CompareOrdinal(first, second) > 0)
            (first, second) = (second, first);

        parents[second] = first;
    }

    private static string Root(Dictionary<string, string> parents, string id)
    {
        while (parents[id] != id)
            id = parents[id];

        return id;
    }
}
