namespace ContrastivePipeline.Training.Batches;

/// <summary>What a number is drawn for; two purposes never share a stream.</summary>
public enum Purpose
{
    /// <summary>Initial weights.</summary>
    Weights = 1,

    /// <summary>Order of the pairs in an epoch.</summary>
    PairOrder,

    /// <summary>Order of the sentence triples in an epoch.</summary>
    TripleOrder,

    /// <summary>Augmentation of a step's media.</summary>
    Augmentation,

    /// <summary>Dropout masks of a step.</summary>
    Dropout,
}

/// <summary>A small generator (SplitMix64, Steele et al. 2014) whose start is derived from seed, purpose and position, so that any step can
/// be drawn without the ones before it.</summary>
public sealed class Randomness
{
    private ulong _state;

    /// <summary>Starts the stream of a purpose at a position.</summary>
    public Randomness(long seed, Purpose purpose, long position)
    {
        _state = Mix(Mix(Mix((ulong)seed) ^ (ulong)purpose) ^ (ulong)position);
    }

    /// <summary>The same 64 bits for equal texts, in every process.</summary>
    public static ulong Hash(ReadOnlySpan<int> tokens)
    {
        var hash = (ulong)tokens.Length;
        foreach (var token in tokens)
            hash = Mix(hash ^ (ulong)token);
        return hash;
    }

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A number in [0, <paramref name="bound"/>), without bias.</summary>
    public int Next(int bound)
    {
        // Lemire's multiplication with rejection.
        var range = (ulong)bound;
        while (true)
        {
            var product = Math.BigMul(Next(), range, out var low);
            if (low >= range || low >= (0 - range) % range)
                return (int)product;
        }
    }

    /// <summary>A random order of 0 … <paramref name="count"/> − 1 (Fisher–Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = Next(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
