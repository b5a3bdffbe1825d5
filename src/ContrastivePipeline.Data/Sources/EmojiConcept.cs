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

    /// <summary>The concepts that it shares its split with, by the least of their ids; see <see cref="EmojiFamilies"/>.</summary>
    public string Family { get; init; } = Id;

    /// <summary>Held out with its family and all their drawings: about 10 % of the concepts.</summary>
    public bool IsUnseen => StableHash.Fraction("emoji-unseen", Family) < 0.10;

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

/// <summary>The class lists of the emoji source.</summary>
internal static class EmojiLabels
{
    /// <summary>Unicode's groups.</summary>
    public const string Category = "category";

    /// <summary>Visible classes, made of Unicode's subgroups.</summary>
    public const string Kind = "kind";

    private static readonly (string Group, string Class)[] Categories =
    [
        ("Activities", "activity"),
        ("Animals & Nature", "animal or nature"),
        ("Flags", "flag"),
        ("Food & Drink", "food or drink"),
        ("Objects", "object"),
        ("People & Body", "person or body part"),
        ("Smileys & Emotion", "face or emotion"),
        ("Symbols", "symbol"),
        ("Travel & Places", "travel or place"),
    ];

    private static readonly (string Class, string[] Subgroups)[] Kinds =
    [
        ("animal", ["animal-amphibian", "animal-bird", "animal-bug", "animal-mammal", "animal-marine", "animal-reptile"]),
        ("arrow", ["arrow"]),
        ("building", ["place-building", "place-religious"]),
        ("clock", ["time"]),
        ("clothing", ["clothing"]),
        ("drink", ["drink"]),
        ("face", ["face-affection", "face-concerned", "face-costume", "face-glasses", "face-hand", "face-hat", "face-negative",
            "face-neutral-skeptical", "face-sleepy", "face-smiling", "face-tongue", "face-unwell"]),
        ("flag", ["country-flag", "flag", "subdivision-flag"]),
        ("food", ["food-asian", "food-fruit", "food-prepared", "food-sweet", "food-vegetable"]),
        ("hand", ["hand-fingers-closed", "hand-fingers-open", "hand-fingers-partial", "hand-single-finger", "hands"]),
        ("heart", ["heart"]),
        ("musical instrument", ["musical-instrument"]),
        ("person", ["family", "person", "person-activity", "person-fantasy", "person-gesture", "person-resting", "person-role",
            "person-sport"]),
        ("plant", ["plant-flower", "plant-other"]),
        ("tool", ["tool"]),
        ("vehicle", ["transport-air", "transport-ground", "transport-water"]),
    ];

    // Members of the transport subgroups that are no vehicles: seat, bus stop, lights and signs, wheel, buoy, drum, road, rails,
    // station, anchor, fuel pump.
    private static readonly HashSet<string> NoVehicle =
    [
        "1f4ba", "1f689", "1f68f", "1f6a5", "1f6a6", "1f6a7", "1f6a8", "1f6d1", "1f6de", "1f6df", "1f6e2-fe0f", "1f6e3-fe0f",
        "1f6e4-fe0f", "2693", "26fd",
    ];

    public static IReadOnlyList<LabelSet> Sets { get; } =
    [
        new(Category, [.. Categories.Select(category => category.Class)]),
        new(Kind, [.. Kinds.Select(kind => kind.Class)]),
    ];

    public static IReadOnlyList<SourceLabel> Of(EmojiConcept concept)
    {
        var labels = new List<SourceLabel>();
        var category = Array.FindIndex(Categories, entry => entry.Group == concept.Category);
        if (category >= 0)
            labels.Add(new SourceLabel(Category, category));

        var kind = Array.FindIndex(Kinds, entry => entry.Subgroups.Contains(concept.Subcategory));
        if (kind >= 0 && !NoVehicle.Contains(concept.Id))
            labels.Add(new SourceLabel(Kind, kind));

        return labels;
    }
}
