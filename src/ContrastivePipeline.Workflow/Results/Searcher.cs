using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Pictures;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>What was found, and with which model.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Variant">The variant.</param>
/// <param name="Seed">The training seed.</param>
/// <param name="Why">Why this model was taken; empty where it was asked for.</param>
/// <param name="Dataset">The dataset, as <c>name@version</c>.</param>
/// <param name="Splits">Splits that were searched.</param>
/// <param name="Found">Best first.</param>
public sealed record SearchAnswer<T>(
    string RunId, string Variant, long Seed, string Why, string Dataset, IReadOnlyList<string> Splits, IReadOnlyList<T> Found);

/// <summary>
/// Searches with the models of runs, for a server: the models used last stay loaded. What is searched are the splits that the run
/// evaluates, because their embeddings are there. Safe for concurrent use.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="modelsKept">Models to keep in memory.</param>
public sealed class Searcher(ArtifactStore store, int modelsKept = 3) : IAsyncDisposable
{
    private const int ChoicesKept = 256;

    private readonly ModelShelf _shelf = new(modelsKept);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, int, string?, long?), ModelChoice> _choices = [];
    private (string Version, DatasetPictures Pictures)? _pictures;

    /// <summary>The media nearest to a text.</summary>
    /// <param name="run">The run.</param>
    /// <param name="variant">The variant; null for the best, see <see cref="ModelFinder"/>.</param>
    /// <param name="seed">The training seed; null for the first.</param>
    /// <param name="text">What to look for.</param>
    /// <param name="top">How many, at least 1.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ResultMissingException">The run has no such model.</exception>
    /// <exception cref="ArgumentException">The text is empty, or <paramref name="top"/> is less than 1.</exception>
    public Task<SearchAnswer<FoundMedium>> FindMediaAsync(
        RunRecord run, string? variant, long? seed, string text, int top, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return FindAsync(run, variant, seed, index => index.FindMedia(text, top), cancellationToken);
    }

    /// <summary>The captions nearest to a picture.</summary>
    /// <param name="run">The run.</param>
    /// <param name="variant">The variant; null for the best, see <see cref="ModelFinder"/>.</param>
    /// <param name="seed">The training seed; null for the first.</param>
    /// <param name="picture">A whole PNG, JPEG, WebP or GIF file; <see cref="QueryPicture"/> has its limits.</param>
    /// <param name="top">How many, at least 1.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PictureException">It is not such a picture, or too large; the message says what to do.</exception>
    /// <exception cref="ResultMissingException">The run has no such model.</exception>
    public Task<SearchAnswer<FoundCaption>> FindCaptionsAsync(
        RunRecord run, string? variant, long? seed, byte[] picture, int top, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return FindAsync(run, variant, seed, index => index.FindCaptions(picture, top), cancellationToken);
    }

    /// <summary>A picture of the dataset that the run trained on, as it is stored; null where there is none of that id.</summary>
    /// <exception cref="ResultMissingException">The run has no trained model, so nothing of it can be searched.</exception>
    public async Task<MediaRow?> FindPictureAsync(RunRecord run, string mediaId, CancellationToken cancellationToken)
    {
        var dataset = (await ChooseAsync(run, null, null, cancellationToken)).Model.Dataset;
        var manifest = await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        return await PicturesOf(manifest).FindAsync(mediaId, cancellationToken);
    }

    /// <summary>Closes the models as soon as they are free.</summary>
    public ValueTask DisposeAsync() => _shelf.DisposeAsync();

    private async Task<SearchAnswer<T>> FindAsync<T>(
        RunRecord run, string? variant, long? seed, Func<MediaIndex, IReadOnlyList<T>> find, CancellationToken cancellationToken)
    {
        var choice = await ChooseAsync(run, variant, seed, cancellationToken);
        var dataset = choice.Model.Dataset;
        var found = await _shelf.UseAsync(
            $"{choice.Model.Checkpoint.Sha256} {dataset.Name}@{dataset.Version}", stop => OpenAsync(choice, stop), find, cancellationToken);
        return new SearchAnswer<T>(
            run.Id, choice.Variant, choice.Seed, choice.Why, $"{dataset.Name}@{dataset.Version}",
            [.. choice.Embedded.Splits.Select(split => split.Split)], found);
    }

    private async Task<MediaIndex> OpenAsync(ModelChoice choice, CancellationToken cancellationToken)
    {
        var dataset = choice.Model.Dataset;
        var manifest = await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        return await MediaIndex.OpenAsync(store, choice.Model, choice.Embedded, manifest, cancellationToken);
    }

    /// <summary>What is best may change while a run measures more: remembered for as many stages as it has done.</summary>
    private async Task<ModelChoice> ChooseAsync(RunRecord run, string? variant, long? seed, CancellationToken cancellationToken)
    {
        var key = (run.Id, run.Stages.Count(stage => stage.State == Hosting.RunState.Completed), variant, seed);
        lock (_lock)
        {
            if (_choices.TryGetValue(key, out var known))
                return known;
        }
        var choice = await new ModelFinder(store, run).FindAsync(variant, seed, cancellationToken);
        lock (_lock)
        {
            if (_choices.Count >= ChoicesKept)
                _choices.Clear();
            _choices[key] = choice;
        }
        return choice;
    }

    private DatasetPictures PicturesOf(DatasetManifest manifest)
    {
        var version = $"{manifest.Name}@{manifest.Version}";
        lock (_lock)
        {
            if (_pictures?.Version != version)
                _pictures = (version, new DatasetPictures(store, manifest));
            return _pictures.Value.Pictures;
        }
    }
}
