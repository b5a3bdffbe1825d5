namespace ContrastivePipeline.Data.Sources.Emoji;

/// <summary>One emoji, whoever draws it.</summary>
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
        if (IsUnseen) return Splits.Unseen;
        var heldOut = StableHash.Fraction("emoji-seen", Id) < 0.2225
            && StableHash.Choose("emoji-drawing", Id, drawings) == drawing;
        return heldOut ? Splits.Seen : Splits.Train;
    }
}
