namespace ContrastivePipeline.Training.Batches;

/// <summary>A new random order every epoch, cut into batches. Pairs that share a caption or a media item are kept out of one another's batches
/// where that can be done: there they would count as wrong answers to each other, which they are not.</summary>
internal sealed class EpochOrder
{
    private readonly int _count;
    private readonly int _batch;
    private readonly long _seed;
    private readonly Purpose _purpose;
    private readonly Func<int, (int First, int Second)>? _keys;
    private (long Epoch, int[] Order) _current = (-1, []);

    /// <param name="what">What is counted, for the error.</param>
    /// <param name="keys">Two numbers of an item; items that share either do not go together. Null where all go with all.</param>
    /// <exception cref="TrainingDataException">There are fewer items than a batch.</exception>
    public EpochOrder(int count, int batch, long seed, Purpose purpose, string what, Func<int, (int First, int Second)>? keys = null)
    {
        if (count < batch)
        {
            throw new TrainingDataException(
                $"The dataset has {count} {what}, fewer than one batch of {batch}. "
                + "Lower training.batch in the experiment file, or use more data.");
        }
        (_count, _batch, _seed, _purpose, _keys) = (count, batch, seed, purpose, keys);
    }

    public int StepsPerEpoch => _count / _batch;

    public IReadOnlyList<int> At(long step)
    {
        var epoch = step / StepsPerEpoch;
        if (_current.Epoch != epoch)
        {
            var order = new Randomness(_seed, _purpose, epoch).Permutation(_count);
            _current = (epoch, _keys is null ? order : Spread(order, _keys));
        }
        return new ArraySegment<int>(_current.Order, (int)(step % StepsPerEpoch) * _batch, _batch);
    }

    /// <summary>Lets an item wait for the next batch where one that it does not go with is in this batch already.</summary>
    private int[] Spread(int[] order, Func<int, (int First, int Second)> keys)
    {
        var spread = new List<int>(order.Length);
        var (waiting, next) = (new Queue<int>(), 0);
        var (firsts, seconds) = (new HashSet<int>(), new HashSet<int>());
        while (spread.Count < order.Length)
        {
            var end = Math.Min(spread.Count + _batch, order.Length);
            firsts.Clear();
            seconds.Clear();

            for (var i = waiting.Count; i > 0 && spread.Count < end; i--)
            {
                var item = waiting.Dequeue();
                if (Fits(item))
                    Take(item);
                else
                    waiting.Enqueue(item);
            }
            // More than a batch that waits says that the data repeat themselves too much to be spread.
            while (spread.Count < end && next < order.Length && waiting.Count <= _batch)
            {
                var item = order[next++];
                if (Fits(item))
                    Take(item);
                else
                    waiting.Enqueue(item);
            }
            while (spread.Count < end)
                Take(waiting.Count > 0 ? waiting.Dequeue() : order[next++]);
        }
        return [.. spread];

        bool Fits(int item)
        {
            var (first, second) = keys(item);
            return !firsts.Contains(first) && !seconds.Contains(second);
        }

        void Take(int item)
        {
            var (first, second) = keys(item);
            firsts.Add(first);
            seconds.Add(second);
            spread.Add(item);
        }
    }
}

/// <summary>The data do not suffice for the training that was asked for.</summary>
public sealed class TrainingDataException(string message, Exception? inner = null) : Exception(message, inner);
