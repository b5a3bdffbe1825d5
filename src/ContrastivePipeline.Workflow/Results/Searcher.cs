namespace ContrastivePipeline.Workflow.Results;

/// <summary>What was found, and with which model.</summary>
/// <param name="Why">Why this model was taken; empty where it was asked for.</param>
/// <param name="Dataset">The dataset, as <c>name@version</c>.</param>
/// <param name="Scope">Description of the splits and the reason for them, from <see cref="SearchSplits"/>.</param>
/// <param name="Found">Best first.</param>
public sealed record SearchAnswer<T>(
    string RunId, string Variant, long Seed, string Why, string Dataset, IReadOnlyList<string> Splits, string Scope,
    IReadOnlyList<T> Found);

/// <summary>Which model to search with, and where.</summary>
/// <param name="Variant">The variant; null for the best, see <see cref="ModelFinder"/>.</param>
/// <param name="Seed">The training seed; null for the first.</param>
/// <param name="Splits">Splits to search; empty for those that the run evaluates.</param>
public sealed record SearchWish(string? Variant, long? Seed, IReadOnlyList<string> Splits);

/// <summary>Searches with the models of runs, for a server: the models used last stay loaded. It embeds nothing, so that only splits that
/// the run evaluates can be searched: their embeddings are there. Safe for concurrent use.</summary>
/// <param name="modelsKept">Models to keep in memory.</param>
public sealed class Searcher(ArtifactStore store, int modelsKept = 3) : IAsyncDisposable
{
    private const int ChoicesKept = 256;

    private readonly ModelCache _models = new(modelsKept);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, int, string?, long?), ModelChoice> _choices = [];
    private (string Version, DatasetMedia Media)? _media;

    /// <summary>The media nearest to a text.</summary>
    /// <exception cref="ResultMissingException">The run has no such model, or no embeddings of such a split.</exception>
    /// <exception cref="ArgumentException">The text is empty, or <paramref name="top"/> is less than 1.</exception>
    public Task<SearchAnswer<FoundMediaItem>> FindMediaAsync(
        RunRecord run, SearchWish wish, string text, int top, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return FindAsync(run, wish, index => index.FindMedia(text, top), cancellationToken);
    }

    /// <summary>The captions nearest to a media item.</summary>
    /// <param name="file">A whole file of the kind of media that the model takes.</param>
    /// <exception cref="MediaException">It is not such media, or too large; the message says what to do.</exception>
    /// <exception cref="ResultMissingException">The run has no such model, or no embeddings of such a split.</exception>
    public Task<SearchAnswer<FoundCaption>> FindCaptionsAsync(
        RunRecord run, SearchWish wish, byte[] file, int top, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return FindAsync(run, wish, index => index.FindCaptions(file, top), cancellationToken);
    }

    /// <summary>A media item of the dataset that the run trained on, as it is stored; null where there is none of that id.</summary>
    /// <exception cref="ResultMissingException">The run has no trained model, so nothing of it can be searched.</exception>
    public async Task<MediaRow?> FindMediaItemAsync(RunRecord run, string mediaId, CancellationToken cancellationToken)
    {
        var dataset = (await ChooseAsync(run, null, null, cancellationToken)).Model.Dataset;
        var manifest = await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        return await MediaOf(manifest).FindAsync(mediaId, cancellationToken);
    }

    /// <summary>Closes the models as soon as they are free.</summary>
    public ValueTask DisposeAsync() => _models.DisposeAsync();

    private async Task<SearchAnswer<T>> FindAsync<T>(
        RunRecord run, SearchWish wish, Func<MediaIndex, IReadOnlyList<T>> find, CancellationToken cancellationToken)
    {
        var choice = await ChooseAsync(run, wish.Variant, wish.Seed, cancellationToken);
        var dataset = choice.Model.Dataset;
        var splits = SearchSplits.Choose(choice, dataset, wish.Splits);
        var embedded = choice.Embedded with { Splits = [.. choice.Embedded.Splits.Where(split => splits.Contains(split.Split))] };
        if (splits.Except(embedded.Splits.Select(split => split.Split)).FirstOrDefault() is { } missing)
        {
            throw new ResultMissingException(
                $"Run '{run.Id}' does not evaluate split '{missing}', so a server has no embeddings of it; it has "
                + $"{string.Join(", ", choice.Embedded.Splits.Select(split => split.Split))}. On the command line, "
                + $"'contrastive search {run.Id} TEXT --split {missing}' embeds it first.");
        }
        var found = await _models.UseAsync(
            $"{choice.Model.Checkpoint.Sha256} {dataset.Name}@{dataset.Version} {string.Join(' ', splits)}",
            stop => OpenAsync(choice.Model, embedded, stop), find, cancellationToken);
        return new SearchAnswer<T>(
            run.Id, choice.Variant, choice.Seed, choice.Why, $"{dataset.Name}@{dataset.Version}", splits,
            SearchSplits.Describe(splits, wish.Splits.Count > 0, dataset.Splits), found);
    }

    private async Task<MediaIndex> OpenAsync(EmbedInput model, EmbeddedTrial embedded, CancellationToken cancellationToken)
    {
        var dataset = model.Dataset;
        var manifest = await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        return await MediaIndex.OpenAsync(store, model, embedded, manifest, cancellationToken);
    }

    /// <summary>What is best may change while a run measures more: remembered for as many stages as it has done.</summary>
    private async Task<ModelChoice> ChooseAsync(RunRecord run, string? variant, long? seed, CancellationToken cancellationToken)
    {
        var key = (run.Id, run.Stages.Count(stage => stage.State == RunState.Completed), variant, seed);
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

    private DatasetMedia MediaOf(DatasetManifest manifest)
    {
        var version = $"{manifest.Name}@{manifest.Version}";
        lock (_lock)
        {
            if (_media?.Version != version)
                _media = (version, new DatasetMedia(store, manifest));
            return _media.Value.Media;
        }
    }
}
