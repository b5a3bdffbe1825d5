namespace ContrastivePipeline.Evaluation;

/// <summary>The fixed subsample that quadratic formulas take of large sets; part of their definition.</summary>
internal static class Subsample
{
    private const ulong Seed = 2310_13267;

    /// <summary>
    /// Rows to use, in order: all of them up to the limit, else a draw without replacement that depends on the two numbers alone.
    /// </summary>
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
