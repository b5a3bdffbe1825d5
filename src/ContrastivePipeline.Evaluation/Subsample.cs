namespace ContrastivePipeline.Evaluation;

/// <summary>The fixed subsample that quadratic formulas take of large sets; part of their definition.</summary>
internal static class Subsample
{
    private const ulong Seed = 2310_13267;

    /// <summary>The rows, in order: all of them up to the limit, else a draw without replacement that depends only on the two
    /// numbers.</summary>
    public static int[] Rows(int count, int limit)
    {
        int[] rows = [.. Enumerable.Range(0, count)];
        if (count <= limit)
            return rows;
        var random = new SplitMix64(Seed);
        for (int i = 0; i < limit; i++)
        {
            int other = i + random.Below(count - i);
            (rows[i], rows[other]) = (rows[other], rows[i]);
        }

        Array.Resize(ref rows, limit);
        Array.Sort(rows);
        return rows;
    }
}

/// <summary>Steele, Lea and Flood's SplitMix64: the same numbers on every platform and .NET version, which <see cref="Random"/> does not
/// promise.</summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, <paramref name="limit"/>): the high half of a 128-bit product, biased by less than limit / 2⁶⁴.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);
}
