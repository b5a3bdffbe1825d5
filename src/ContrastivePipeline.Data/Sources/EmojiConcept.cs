namespace ContrastivePipeline.Data.Sources;

/// <summary>One emoji, independent of the vendor that draws it.</summary>
/// <param name="Id">Its code points, lower-case hexadecimal with '-' between, for example <c>1f468-200d-1f373</c>.</param>
/// <param name="Row">1-based number of its entry in <c>emoji.json</c>.</param>
/// <param name="Name">What it is called, for example <c>man cook</c>.</param>
/// <param name="Keywords">CLDR's keywords that say more than the name does.</param>
/// <param name="Category">Unicode's group.</param>
/// <param name="Subcategory">Unicode's subgroup.</param>
internal sealed record EmojiConcept(
    string Id, int Row, string Name, IReadOnlyList<string> Keywords, string Category, string Subcategory)
{
    /// <summary>The caption of each of its drawings: name, then keywords.</summary>
    public string Caption => Keywords.Count == 0 ? Name : $"{Name}: {string.Join(", ", Keywords)}";

    /// <summary>Held out with all its drawings: about 10 % of the concepts.</summary>
    public bool IsUnseen => StableHash.Fraction("emoji-unseen", Id) < 0.10;

    /// <summary>Split of its drawing number <paramref name="drawing"/> of <paramref name="drawings"/>.</summary>
    public string SplitOf(int drawing, int drawings)
    {
        if (IsUnseen)
            return Splits.Unseen;
        var heldOut = StableHash.Fraction("emoji-seen", Id) < 0.2225
            && StableHash.Choose("emoji-drawing", Id, drawings) == drawing;
        return heldOut ? Splits.Seen : Splits.Train;
    }
}

/// <summary>Sentence triples for L_n: a name, what CLDR says about it in other words, and the name of a sibling.</summary>
internal static class EmojiTriples
{
    /// <summary>One triple for every concept that training sees, that has keywords, and that has a sibling in its subgroup. Concepts of the
    /// unseen split are in no triple, neither as anchor nor as negative.</summary>
    public static IReadOnlyList<TripleRow> Of(IEnumerable<EmojiConcept> concepts)
    {
        var triples = new List<TripleRow>();
        foreach (var subgroup in concepts.Where(concept => !concept.IsUnseen).GroupBy(concept => concept.Subcategory))
        {
            var siblings = subgroup.OrderBy(concept => concept.Id, StringComparer.Ordinal).ToArray();
            for (var i = 0; i < siblings.Length && siblings.Length > 1; i++)
            {
                if (InOtherWords(siblings[i]) is not { } positive)
                    continue;
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
        if (concept.Keywords.Count > 0)
            return string.Join(", ", concept.Keywords);
        return concept.Name.StartsWith(flag, StringComparison.Ordinal) ? $"{concept.Name[flag.Length..]} flag" : null;
    }
}
