namespace ContrastivePipeline.Evaluation;

/// <summary>Embeddings of media and of texts in one shared embedding space, with a group for each row: the texts of a group describe its
/// media. A text and a media item match if they are of one group, or if a text of the item's group has the same words.</summary>
public sealed class MatchedEmbeddings
{
    private readonly MatchIndex _index;

    /// <summary>Checks and keeps embeddings.</summary>
    /// <param name="media">[media, dimension]; unit rows make the dot product the cosine.</param>
    /// <param name="mediaGroup">Group of each media item, for example the number of its concept.</param>
    /// <param name="texts">[texts, dimension].</param>
    /// <param name="textWords">A number for each text, equal for texts of the same words; null where all texts differ.</param>
    /// <exception cref="ArgumentException">There are no rows, dimensions or counts differ, a value is not finite, or a group has media or
    /// texts alone.</exception>
    public MatchedEmbeddings(EmbeddingMatrix media, int[] mediaGroup, EmbeddingMatrix texts, int[] textGroup, int[]? textWords = null)
    {
        Check.Finite(media, "media embeddings");
        Check.Finite(texts, "text embeddings");
        Check.SameDimension(media, texts, "media embeddings", "text embeddings");
        CheckGroups(media, mediaGroup, textGroup, "media item", "text");
        CheckGroups(texts, textGroup, mediaGroup, "text", "media item");
        textWords ??= [.. Enumerable.Range(0, texts.Count)];
        if (textWords.Length != texts.Count)
            throw new ArgumentException($"There are words of {textWords.Length} texts for {texts.Count} rows.", nameof(textWords));
        (Media, MediaGroup, Texts, TextGroup) = (media, mediaGroup, texts, textGroup);
        _index = new MatchIndex(mediaGroup, textGroup, textWords);
        DistinctTexts = [.. Enumerable.Range(0, texts.Count).DistinctBy(text => textWords[text])];
    }

    /// <summary>[media, dimension].</summary>
    public EmbeddingMatrix Media { get; }

    /// <summary>Group of each media item.</summary>
    public int[] MediaGroup { get; }

    /// <summary>[texts, dimension].</summary>
    public EmbeddingMatrix Texts { get; }

    /// <summary>Group of each text.</summary>
    public int[] TextGroup { get; }

    /// <summary>The first row of every text, each text once.</summary>
    public int[] DistinctTexts { get; }

    /// <summary>Cluster of each media item: groups that share a text are one.</summary>
    public int[] MediaCluster => Array.ConvertAll(MediaGroup, _index.ClusterOf);

    /// <summary>Cluster of each text: groups that share a text are one.</summary>
    public int[] TextCluster => Array.ConvertAll(TextGroup, _index.ClusterOf);

    /// <summary>Media item i belongs to text i and to no other.</summary>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static MatchedEmbeddings Paired(EmbeddingMatrix media, EmbeddingMatrix texts)
    {
        ArgumentNullException.ThrowIfNull(media);
        ArgumentNullException.ThrowIfNull(texts);
        return new(media, [.. Enumerable.Range(0, media.Count)], texts, [.. Enumerable.Range(0, texts.Count)]);
    }

    /// <summary>Whether a media item and a text match.</summary>
    public bool Matches(int mediaItem, int text) => _index.Matches(mediaItem, text);

    /// <summary>The texts that match a media item, ascending.</summary>
    internal int[] TextsOf(int mediaItem) => _index.TextsOf(mediaItem);

    /// <summary>The media that match a text, ascending.</summary>
    internal int[] MediaOf(int text) => _index.MediaOf(text);

    /// <summary>Every pair of rows of one group, by media item and then by text.</summary>
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
