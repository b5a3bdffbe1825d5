namespace ContrastivePipeline.Evaluation;

/// <summary>Embeddings of media and of texts in one shared embedding space, with a group for each row: a text and a media item match if
/// their groups are equal.</summary>
public sealed class MatchedEmbeddings
{
    /// <summary>Checks and keeps embeddings.</summary>
    /// <param name="media">[media, dimension]; unit rows make the dot product the cosine.</param>
    /// <param name="mediaGroup">Group of each media item, for example the number of its concept or of its image.</param>
    /// <param name="texts">[texts, dimension].</param>
    /// <exception cref="ArgumentException">There are no rows, dimensions or counts differ, a value is not finite, or a group has media or
    /// texts alone.</exception>
    public MatchedEmbeddings(EmbeddingMatrix media, int[] mediaGroup, EmbeddingMatrix texts, int[] textGroup)
    {
        Check.Finite(media, "media embeddings");
        Check.Finite(texts, "text embeddings");
        Check.SameDimension(media, texts, "media embeddings", "text embeddings");
        CheckGroups(media, mediaGroup, textGroup, "media item", "text");
        CheckGroups(texts, textGroup, mediaGroup, "text", "media item");
        (Media, MediaGroup, Texts, TextGroup) = (media, mediaGroup, texts, textGroup);
    }

    /// <summary>[media, dimension].</summary>
    public EmbeddingMatrix Media { get; }

    /// <summary>Group of each media item.</summary>
    public int[] MediaGroup { get; }

    /// <summary>[texts, dimension].</summary>
    public EmbeddingMatrix Texts { get; }

    /// <summary>Group of each text.</summary>
    public int[] TextGroup { get; }

    /// <summary>Media item i belongs to text i and to no other.</summary>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static MatchedEmbeddings Paired(EmbeddingMatrix media, EmbeddingMatrix texts)
    {
        ArgumentNullException.ThrowIfNull(media);
        ArgumentNullException.ThrowIfNull(texts);
        return new(media, [.. Enumerable.Range(0, media.Count)], texts, [.. Enumerable.Range(0, texts.Count)]);
    }

    /// <summary>Every matched pair of rows, by media item and then by text.</summary>
    public IEnumerable<(int Media, int Text)> Pairs()
    {
        var texts = Enumerable.Range(0, Texts.Count).ToLookup(text => TextGroup[text]);
        return Enumerable.Range(0, Media.Count)
            .SelectMany(mediaItem => texts[MediaGroup[mediaItem]], (mediaItem, text) => (mediaItem, text));
    }

    private static void CheckGroups(EmbeddingMatrix rows, int[] groups, int[] otherGroups, string one, string other)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(otherGroups);
        if (groups.Length != rows.Count)
            throw new ArgumentException($"There are {groups.Length} groups for {rows.Count} rows: every {one} needs one.");
        var others = otherGroups.ToHashSet();
        int alone = Array.FindIndex(groups, group => !others.Contains(group));
        if (alone >= 0)
            throw new ArgumentException($"No {other} belongs to the {one} of row {alone} (group {groups[alone]}): leave the row out.");
    }
}
