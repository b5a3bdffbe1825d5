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
    private readonly Queue<DrawnStep> _ahead = new();

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
        _pairs = new EpochOrder(set.Pairs.Count, recipe.BatchSize, recipe.Seed, Purpose.PairOrder, "training pairs");
        if (recipe.Objectives.Need(ObjectiveNeeds.Triples))
        {
            _triples = new EpochOrder(
                set.Triples.Count, recipe.TriplesPerStep, recipe.Seed, Purpose.TripleOrder, "sentence triples", "training.triples_batch",
                i => Randomness.Hash(set.Triples[i].Positive));
        }
        if (workers > 0)
            _workers = new MediaWorkers(workers);
    }

    /// <summary>Steps in one epoch.</summary>
    public int StepsPerEpoch => _pairs.StepsPerEpoch;

    /// <summary>The batch of a step, 0-based; the caller's scope owns its tensors.</summary>
    /// <exception cref="TrainingDataException">A media item cannot be decoded.</exception>
    public Batch At(long step)
    {
        var drawn = _workers is null ? Make(step) : TakeAhead(step);
        using var media = drawn.Batch;
        var views = media.Media(_device);
        TokenTriple[]? triples = _triples is null ? null : [.. _triples.At(step).Select(i => _set.Triples[i])];
        return new Batch(
            views.ElementAtOrDefault(0), media.Captions(), views.ElementAtOrDefault(1), triples is null ? null : Texts(triples))
        {
            PairMatches = Matches.OfPairs([.. drawn.Pairs.Select(i => _set.Pairs[i])]),
            TripleMatches = triples is null ? null : Matches.OfTriples(triples),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        foreach (var drawn in _ahead)
            drawn.Batch.Dispose();
        _ahead.Clear();
    }

    private DrawnStep Make(long step)
    {
        var drawn = Draw(step);
        for (var i = 0; i < drawn.Batch.Count; i++)
            drawn.Batch.Make(i);
        return drawn;
    }

    private DrawnStep TakeAhead(long step)
    {
        while (_ahead.TryPeek(out var first) && first.Step != step)
            _ = _ahead.Dequeue();
        for (var next = step + _ahead.Count; next <= step + BatchesAhead; next++)
        {
            var drawn = Draw(next);
            _ahead.Enqueue(drawn);
            _workers!.Enqueue(drawn.Batch);
        }
        return _ahead.Dequeue();
    }

    private int Views => _recipe.Objectives.Need(ObjectiveNeeds.SecondMediaView) ? 2 : _recipe.Objectives.Need(ObjectiveNeeds.Media) ? 1 : 0;

    private DrawnStep Draw(long step)
    {
        var pairs = _pairs.At(step);
        return new DrawnStep(
            step, pairs, new BatchDraw(_set, pairs, Views, _recipe.Augmentation, new Randomness(_recipe.Seed, Purpose.Augmentation, step)));
    }

    private static TextBatch Texts(TokenTriple[] triples) =>
        TextBatch.Of([.. triples.Select(t => t.Anchor), .. triples.Select(t => t.Positive), .. triples.Select(t => t.Negative)]);

    private sealed record DrawnStep(long Step, IReadOnlyList<int> Pairs, BatchDraw Batch);
}
