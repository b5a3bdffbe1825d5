namespace ContrastivePipeline.Workflow.Results;

/// <summary>Media and captions of a dataset as a trained model sees them, with the model to ask for more. Use it on one thread; dispose it.
/// </summary>
public sealed class MediaIndex : IDisposable
{
    private readonly TrainedModel _model;
    private readonly IReadOnlyList<(string MediaId, string Split)> _media;
    private readonly EmbeddingMatrix _mediaRows;
    private readonly IReadOnlyList<(string Text, string Split)> _texts;
    private readonly EmbeddingMatrix _textRows;
    private readonly ILookup<string, CaptionRow> _captionsByItem;
    private readonly ILookup<string, CaptionRow> _captionsByText;

    private MediaIndex(
        TrainedModel model, IReadOnlyList<(MediaEmbedding MediaItem, string Split)> media,
        IReadOnlyList<(TextEmbedding Text, string Split)> texts,
        IReadOnlyList<CaptionRow> captions)
    {
        _model = model;
        _media = [.. media.Select(m => (m.MediaItem.MediaId, m.Split))];
        _mediaRows = StoredEmbeddings.Matrix([.. media.Select(m => m.MediaItem.Embedding)]);
        _texts = [.. texts.Select(t => (t.Text.Text, t.Split))];
        _textRows = StoredEmbeddings.Matrix([.. texts.Select(t => t.Text.Embedding)]);
        _captionsByItem = captions.ToLookup(row => row.MediaId, StringComparer.Ordinal);
        _captionsByText = captions.ToLookup(row => row.Caption, StringComparer.Ordinal);
    }

    /// <summary>Opens the index of a dataset version's embedded splits.</summary>
    public static async Task<MediaIndex> OpenAsync(
        ArtifactStore store, EmbedInput model, EmbeddedTrial embedded, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var media = new List<(MediaEmbedding, string)>();
        var texts = new List<(TextEmbedding Text, string)>();
        foreach (var split in embedded.Splits)
        {
            media.AddRange((await Tables.Media.ReadAllAsync(store, split.Media, cancellationToken)).Select(row => (row, split.Split)));
            texts.AddRange((await Tables.Texts.ReadAllAsync(store, split.Captions, cancellationToken)).Select(row => (row, split.Split)));
        }
        var splits = embedded.Splits.Select(split => split.Split).ToHashSet(StringComparer.Ordinal);
        var captions = await new DatasetReader(store).ReadCaptionsAsync(manifest, cancellationToken)
            .Where(row => splits.Contains(row.Split)).ToListAsync(cancellationToken);
        var loaded = await TrainedModel.LoadAsync(store, model, cancellationToken);
        // The same words said of two concepts are one answer.
        return new MediaIndex(loaded, media, [.. texts.DistinctBy(text => text.Text.Text)], captions);
    }

    /// <summary>The media nearest to a text, best first.</summary>
    /// <exception cref="ArgumentException">The text is empty, or <paramref name="top"/> is less than 1.</exception>
    public IReadOnlyList<FoundMediaItem> FindMedia(string text, int top)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var query = StoredEmbeddings.Matrix(_model.EmbedTexts([text]));
        return
        [
            .. NearestNeighbours.Find(query, _mediaRows, top)[0].Select(n => (MediaItem: _media[n.Item], n.Score))
            .Select(found => new FoundMediaItem(
                found.MediaItem.MediaId, found.Score, found.MediaItem.Split,
                [.. _captionsByItem[found.MediaItem.MediaId].Select(row => row.Caption)])),
        ];
    }

    /// <summary>The captions nearest to a media item, best first.</summary>
    /// <param name="file">A whole file of the kind of media that the model takes.</param>
    /// <param name="top">How many, at least 1.</param>
    /// <exception cref="MediaException">It is not such media, or too large.</exception>
    public IReadOnlyList<FoundCaption> FindCaptions(ReadOnlySpan<byte> file, int top)
    {
        var item = MediaKinds.Of(_model.Model.Sizes).DecodeQuery(file, _model.Input);
        var query = StoredEmbeddings.Matrix(_model.EmbedMedia([item]));
        return
        [
            .. NearestNeighbours.Find(query, _textRows, top)[0].Select(n => (_texts[n.Item].Text, n.Score, _texts[n.Item].Split)).Select(
                found => new FoundCaption(found.Text, found.Score, found.Split, [.. MediaOf(found.Text, found.Split)])),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private IEnumerable<string> MediaOf(string caption, string split) =>
        _captionsByText[caption].Where(row => row.Split == split).Select(row => row.MediaId).Distinct();
}

/// <summary>A media item near a text.</summary>
/// <param name="Score">Cosine.</param>
public sealed record FoundMediaItem(string MediaId, double Score, string Split, IReadOnlyList<string> Captions);

/// <summary>A caption near a media item.</summary>
/// <param name="Score">Cosine.</param>
/// <param name="Split">The split that it is in; the first where it is in several.</param>
/// <param name="MediaIds">The media of that split that it is a caption of.</param>
public sealed record FoundCaption(string Caption, double Score, string Split, IReadOnlyList<string> MediaIds);
