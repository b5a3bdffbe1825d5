using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Evaluation;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Reproduction;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>The media of a dataset as a trained model sees them. They are embedded once; the store keeps the embeddings.</summary>
public sealed class MediaIndex
{
    private readonly ArtifactStore _store;
    private readonly EmbedInput _model;
    private readonly DatasetManifest _manifest;
    private readonly IReadOnlyList<(MediaEmbedding Medium, string Split)> _media;

    private MediaIndex(ArtifactStore store, EmbedInput model, DatasetManifest manifest, IReadOnlyList<(MediaEmbedding, string)> media) =>
        (_store, _model, _manifest, _media) = (store, model, manifest, media);

    /// <summary>Opens the index of a dataset version, all of its splits.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="manifest">The dataset version.</param>
    /// <param name="embed">Runs the stage <c>embed</c>, or finds that it is done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<MediaIndex> OpenAsync(
        ArtifactStore store, EmbedInput model, DatasetManifest manifest, Func<EmbedInput, CancellationToken, Task<EmbeddedTrial>> embed,
        CancellationToken cancellationToken)
    {
        var dataset = await DatasetVersion.OfAsync(store, manifest, cancellationToken);
        var embedded = await embed(model with { Dataset = dataset, Splits = dataset.Splits, ZeroShot = [] }, cancellationToken);
        var media = new List<(MediaEmbedding, string)>();
        foreach (var split in embedded.Splits)
        {
            var embeddings = await StoredEmbeddings.ReadAsync(store, split, cancellationToken);
            media.AddRange(embeddings.Media.Select(medium => (medium, split.Split)));
        }
        return new MediaIndex(store, model, manifest, media);
    }

    /// <summary>The media nearest to a text, best first.</summary>
    public async Task<IReadOnlyList<FoundMedium>> FindAsync(string text, int top, CancellationToken cancellationToken)
    {
        using var model = await TrainedModel.LoadAsync(_store, _model.Recipe, _model.Checkpoint, _model.Tokenizer, cancellationToken);
        var query = StoredEmbeddings.Matrix(model.EmbedTexts([text]));
        var items = StoredEmbeddings.Matrix([.. _media.Select(m => m.Medium.Embedding)]);
        var nearest = NearestNeighbours.Find(query, items, top)[0];
        var captions = await CaptionsAsync([.. nearest.Select(n => _media[n.Item].Medium.MediaId)], cancellationToken);
        return
        [
            .. nearest.Select(n => (_media[n.Item].Medium.MediaId, n.Score, _media[n.Item].Split))
                .Select(m => new FoundMedium(m.MediaId, m.Score, m.Split, [.. captions[m.MediaId]])),
        ];
    }

    /// <summary>Writes the media into a folder, named by rank and identifier.</summary>
    /// <returns>Names of the files.</returns>
    public async Task<IReadOnlyList<string>> SaveAsync(IReadOnlyList<FoundMedium> found, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var rank = found.Select((medium, i) => (medium.MediaId, Rank: i + 1)).ToDictionary(m => m.MediaId, m => m.Rank);
        var files = new SortedDictionary<int, string>();
        await foreach (var row in new DatasetReader(_store).ReadMediaAsync(_manifest, cancellationToken))
        {
            if (!rank.TryGetValue(row.Id, out var place))
                continue;
            files[place] = $"{place:00}-{Clean(row.Id)}.{(row.Bytes is [0xFF, 0xD8, ..] ? "jpg" : "png")}";
            await File.WriteAllBytesAsync(Path.Combine(folder, files[place]), row.Bytes, cancellationToken);
        }
        return [.. files.Values];
    }

    private async Task<ILookup<string, string>> CaptionsAsync(HashSet<string> wanted, CancellationToken cancellationToken)
    {
        var captions = new List<CaptionRow>();
        await foreach (var row in new DatasetReader(_store).ReadCaptionsAsync(_manifest, cancellationToken))
        {
            if (wanted.Contains(row.MediaId))
                captions.Add(row);
        }
        return captions.ToLookup(row => row.MediaId, row => row.Caption);
    }

    private static string Clean(string id) =>
        string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
}
