namespace ContrastivePipeline.Data.Sources;

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
        {
            labels.Add(new SourceLabel(Category, category));
        }

        var kind = Array.FindIndex(Kinds, entry => entry.Subgroups.Contains(concept.Subcategory));
        if (kind >= 0 && !NoVehicle.Contains(concept.Id))
        {
            labels.Add(new SourceLabel(Kind, kind));
        }

        return labels;
    }
}
