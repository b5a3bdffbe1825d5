using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Draws the batch of any step from (seed, epoch, step) alone. An epoch drops the pairs that do not fill a batch.</summary>
public sealed class BatchSource
{
    private readonly TrainingSet _set;
    private readonly TrainingRecipe _recipe;
    private readonly EpochOrder _pairs;
    private readonly EpochOrder? _triples;

    /// <summary>Creates a source.</summary>
    /// <exception cref="TrainingDataException">The set has fewer pairs (or triples, where L_n needs them) than a batch.</exception>
    public BatchSource(TrainingSet set, TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(recipe);
        (_set, _recipe) = (set, recipe);
        _pairs = new EpochOrder(set.Pairs.Count, recipe.BatchSize, recipe.Seed, Purpose.PairOrder, "training pairs");
        if (recipe.Objectives.SentenceSupervised > 0)
            _triples = new EpochOrder(set.Triples.Count, recipe.BatchSize, recipe.Seed, Purpose.TripleOrder, "sentence triples");
    }

    /// <summary>Steps in one epoch.</summary>
    public int StepsPerEpoch => _pairs.StepsPerEpoch;

    /// <summary>The batch of a step, 0-based, on the CPU; the caller's scope owns its tensors.</summary>
    public Batch At(long step)
    {
        var pairs = _pairs.At(step).Select(i => _set.Pairs[i]).ToArray();
        var random = new Randomness(_recipe.Seed, Purpose.Augmentation, step);
        var pixels = Pixels(pairs, random);
        var captions = TextBatch.Of([.. pairs.Select(p => p.Tokens)]);
        var augmented = _recipe.Objectives.InModal ? Pixels(pairs, random) : null;
        return new Batch(pixels, captions, augmented, _triples is null ? null : Triples(_triples.At(step)));
    }

    private Tensor Pixels(TrainingPair[] pairs, Randomness random)
    {
        var (side, size) = (_set.ImageSize, 3 * _set.ImageSize * _set.ImageSize);
        var bytes = new byte[pairs.Length * size];
        for (var i = 0; i < pairs.Length; i++)
            _recipe.Augmentation.Apply(_set.Pictures[pairs[i].Picture], bytes.AsSpan(i * size, size), side, random);
        // Channels last, the layout that convolutions are fastest in.
        return tensor(bytes, [pairs.Length, side, side, 3]).permute(0, 3, 1, 2);
    }

    private TextBatch Triples(IEnumerable<int> indices)
    {
        var triples = indices.Select(i => _set.Triples[i]).ToArray();
        return TextBatch.Of([.. triples.Select(t => t.Anchor), .. triples.Select(t => t.Positive), .. triples.Select(t => t.Negative)]);
    }
}

/// <summary>A new random order every epoch, cut into batches.</summary>
internal sealed class EpochOrder
{
    private readonly int _count;
    private readonly int _batch;
    private readonly long _seed;
    private readonly Purpose _purpose;
    private (long Epoch, int[] Order) _current = (-1, []);

    public EpochOrder(int count, int batch, long seed, Purpose purpose, string what)
    {
        if (count < batch)
        {
            throw new TrainingDataException(
                $"The dataset has {count} {what}, fewer than one batch of {batch}. Lower training.batch in the experiment file, or use more data.");
        }
        (_count, _batch, _seed, _purpose) = (count, batch, seed, purpose);
    }

    public int StepsPerEpoch => _count / _batch;

    public IEnumerable<int> At(long step)
    {
        var epoch = step / StepsPerEpoch;
        if (_current.Epoch != epoch)
            _current = (epoch, new Randomness(_seed, _purpose, epoch).Permutation(_count));
        return _current.Order.Skip((int)(step % StepsPerEpoch) * _batch).Take(_batch);
    }
}

/// <summary>The data do not suffice for the training that was asked for.</summary>
public sealed class TrainingDataException(string message) : Exception(message);
