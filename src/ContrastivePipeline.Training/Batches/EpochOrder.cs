namespace ContrastivePipeline.Training.Batches;

/// <summary>A new random order every epoch, cut into batches.</summary>
internal sealed class EpochOrder
{
    private readonly int _count;
    private readonly int _batch;
    private readonly long _seed;
    private readonly Purpose _purpose;
    private readonly Func<int, ulong>? _keyOf;
    private (long Epoch, int[] Order) _current = (-1, []);

    /// <param name="what">What is counted, for the error.</param>
    /// <param name="setting">What sets the size of a batch, for the error.</param>
    /// <param name="keyOf">Items of one key share a batch only where there are more of them than batches. Null where any items may
    /// meet.</param>
    /// <exception cref="TrainingDataException">There are fewer items than a batch.</exception>
    public EpochOrder(
        int count, int batch, long seed, Purpose purpose, string what, string setting = "training.batch", Func<int, ulong>? keyOf = null)
    {
        if (count < batch)
        {
            throw new TrainingDataException(
                $"The dataset has {count} {what}, fewer than one batch of {batch}. "
                + $"Lower {setting} in the experiment file, or use more data.");
        }
        (_count, _batch, _seed, _purpose, _keyOf) = (count, batch, seed, purpose, keyOf);
    }

    public int StepsPerEpoch => _count / _batch;

    public IReadOnlyList<int> At(long step)
    {
        var epoch = step / StepsPerEpoch;
        if (_current.Epoch != epoch)
        {
            var random = new Randomness(_seed, _purpose, epoch);
            var order = random.Permutation(_count);
            _current = (epoch, _keyOf is null ? order : Deal(order, _keyOf, random.Next()));
        }
        return new ArraySegment<int>(_current.Order, (int)(step % StepsPerEpoch) * _batch, _batch);
    }

    /// <summary>Puts items of one key one after the other, keys in random order, and deals them out to the batches in turn, as cards are
    /// dealt: no other order has fewer pairs of one key in a batch.</summary>
    private int[] Deal(int[] order, Func<int, ulong> keyOf, ulong salt)
    {
        // A stable sort: items of one key stay in random order.
        var byKey = order.OrderBy(item => new Randomness((long)salt, _purpose, (long)keyOf(item)).Next()).ToArray();
        var dealt = new int[StepsPerEpoch * _batch];
        for (var i = 0; i < dealt.Length; i++)
            dealt[i % StepsPerEpoch * _batch + i / StepsPerEpoch] = byKey[i];
        return dealt;
    }
}

/// <summary>The data do not suffice for the training that was asked for.</summary>
public sealed class TrainingDataException(string message, Exception? inner = null) : Exception(message, inner);
