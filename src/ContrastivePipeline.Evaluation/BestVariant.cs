namespace ContrastivePipeline.Evaluation;

/// <summary>The variant with the highest text → media R@1, averaged over seeds and splits.</summary>
/// <param name="Recall">That average, 0 to 1.</param>
/// <param name="Splits">The splits it was measured on.</param>
/// <param name="Compared">How many variants have it measured.</param>
public sealed record BestVariant(string Variant, double Recall, IReadOnlyList<string> Splits, int Compared)
{
    /// <summary>The best of those measured; null where text → media R@1 is not among the measurements.</summary>
    public static BestVariant? Of(IEnumerable<Measurement> measurements)
    {
        var variants = measurements.Where(m => m.Metric == "retrieval/text-to-media/r@1").GroupBy(m => m.Variant).ToArray();
        return variants.Select(group => new BestVariant(
                group.Key, group.Average(m => m.Value), [.. group.Select(m => m.Split).Distinct()], variants.Length))
            .MaxBy(variant => variant.Recall);
    }
}
