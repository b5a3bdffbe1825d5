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
        _pairs = new EpochOrder(set.Pairs.Count, recipe.BatchSize, recipe.Seed, Purpose.PairOrder, "training pairs", KeysOf(set));
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

    /// <summary>Of each pair a number for its caption and one for its picture, equal where these are.</summary>
    private static (int Caption, int Picture)[] KeysOf(TrainingSet set)
    {
        var captions = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. set.Pairs.Select(pair =>
        {
            var text = string.Join(' ', pair.Tokens);
            if (!captions.TryGetValue(text, out var caption))
                captions.Add(text, caption = captions.Count);
            return (caption, pair.Picture);
        })];
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

/// <summary>The data do not suffice for the training that was asked for.</summary>
public sealed class TrainingDataException(string message) : Exception(message);
