namespace ContrastivePipeline.Data.Sources.Emoji;

/// <summary>Sentence triples for L_n: a name, what CLDR says about it in other words, and the name of a sibling.</summary>
internal static class EmojiTriples
{
    /// <summary>
    /// One triple for every concept that training sees, that has keywords, and that has a sibling in its subgroup. Concepts of
    /// the unseen split are in no triple, neither as anchor nor as negative.
    /// </summary>
    public static IReadOnlyList<TripleRow> Of(IEnumerable<EmojiConcept> concepts)
    {
        var triples = new List<TripleRow>();
        foreach (var subgroup in concepts.Where(concept => !concept.IsUnseen).GroupBy(concept => concept.Subcategory))
        {
            var siblings = subgroup.OrderBy(concept => concept.Id, StringComparer.Ordinal).ToArray();
            for (var i = 0; i < siblings.Length && siblings.Length > 1; i++)
            {
                if (InOtherWords(siblings[i]) is not { } positive) continue;
                var step = 1 + StableHash.Choose("emoji-negative", siblings[i].Id, siblings.Length - 1);
                triples.Add(new TripleRow(
                    siblings[i].Name, positive, siblings[(i + step) % siblings.Length].Name, "cldr-annotations-full"));
            }
        }

        return triples;
    }

    private static string? InOtherWords(EmojiConcept concept)
    {
        const string flag = "flag of ";
        if (concept.Keywords.Count > 0) return string.Join(", ", concept.Keywords);
        return concept.Name.StartsWith(flag, StringComparison.Ordinal) ? $"{concept.Name[flag.Length..]} flag" : null;
    }
}
