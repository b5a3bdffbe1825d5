using static TorchSharp.torch;

namespace ContrastivePipeline.Training;

/// <summary>Draws the batch of any step from (seed, epoch, step) alone. An epoch drops the pairs that do not fill a batch. Use it on one
/// thread; with workers, the batches that follow are made ahead.</summary>
public sealed class BatchSource : IDisposable
{
    /// <summary>Bounds memory: two that are being made, so that no worker waits for the last item of one, and one that is done.</summary>
    private const int BatchesAhead = 3;

    private readonly TrainingSet _set;
    private readonly TrainingRecipe _recipe;
    private readonly EpochOrder _pairs;
    private readonly EpochOrder? _triples;
    private readonly Device _device;
    private readonly MediaWorkers? _workers;
    private readonly Queue<(long Step, BatchDraw Batch)> _ahead = new();

    /// <summary>Creates a source.</summary>
    /// <param name="set">The data; must outlive the source.</param>
    /// <param name="workers">Threads that make media ahead; 0 where each batch is made when it is asked for.</param>
    /// <exception cref="TrainingDataException">The set has fewer pairs (or triples, where L_n needs them) than a batch.</exception>
    /// <param name="device">Where the media go; the CPU by default.</param>
    public BatchSource(TrainingSet set, TrainingRecipe recipe, int workers = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(recipe);
        (_set, _recipe, _device) = (set, recipe, device ?? CPU);
        // Pairs with one caption, or one media item, would count as wrong answers to each other.
        _pairs = new EpochOrder(
            set.Pairs.Count, recipe.BatchSize, recipe.Seed, Purpose.PairOrder, "training pairs",
            i => (set.Pairs.CaptionOf(i), set.Pairs.MediaOf(i)));
        if (recipe.Objectives.Need(ObjectiveNeeds.Triples))
            _triples = new EpochOrder(set.Triples.Count, recipe.BatchSize, recipe.Seed, Purpose.TripleOrder, "sentence triples");
        if (workers > 0)
            _workers = new MediaWorkers(workers);
    }

    /// <summary>Steps in one epoch.</summary>
    public int StepsPerEpoch => _pairs.StepsPerEpoch;

    /// <summary>The batch of a step, 0-based; the caller's scope owns its tensors.</summary>
    /// <exception cref="TrainingDataException">A media item cannot be decoded.</exception>
    public Batch At(long step)
    {
        using var drawn = _workers is null ? Make(step) : TakeAhead(step);
        var views = drawn.Media(_device);
        return new Batch(
            views.ElementAtOrDefault(0), drawn.Captions(), views.ElementAtOrDefault(1), _triples is null ? null : Triples(_triples.At(step)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        foreach (var (_, batch) in _ahead)
            batch.Dispose();
        _ahead.Clear();
    }

    private BatchDraw Make(long step)
    {
        var batch = Draw(step);
        for (var i = 0; i < batch.Count; i++)
            batch.Make(i);
        return batch;
    }

    private BatchDraw TakeAhead(long step)
    {
        while (_ahead.TryPeek(out var first) && first.Step != step)
            _ = _ahead.Dequeue();
        for (var next = step + _ahead.Count; next <= step + BatchesAhead; next++)
        {
            var batch = Draw(next);
            _ahead.Enqueue((next, batch));
            _workers!.Enqueue(batch);
        }
        return _ahead.Dequeue().Batch;
    }

    private int Views => _recipe.Objectives.Need(ObjectiveNeeds.SecondMediaView) ? 2 : _recipe.Objectives.Need(ObjectiveNeeds.Media) ? 1 : 0;

    private BatchDraw Draw(long step) => new(
        _set, _pairs.At(step), Views, _recipe.Augmentation,
        new Randomness(_recipe.Seed, Purpose.Augmentation, step));

    private TextBatch Triples(IReadOnlyList<int> indices)
    {
        var triples = indices.Select(i => _set.Triples[i]).ToArray();
        return TextBatch.Of([.. triples.Select(t => t.Anchor), .. triples.Select(t => t.Positive), .. triples.Select(t => t.Negative)]);
    }
}
