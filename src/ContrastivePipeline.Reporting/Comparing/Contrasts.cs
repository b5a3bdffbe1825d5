namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>Which variants are compared with which. It follows from their objectives alone, so it is fixed before anything is
/// measured.</summary>
public static class Contrasts
{
    /// <summary>The variant to compare one with: the same objectives without the sentence terms; else without in-modal attraction too; else
    /// without any term but L_contra. Where the run has none of these, the first variant, if that has none either; null for the start of a
    /// line.</summary>
    public static VariantSummary? BaselineOf(VariantSummary variant, IReadOnlyList<VariantSummary> variants)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentNullException.ThrowIfNull(variants);
        if (!variant.IsTrained)
            return null;
        var first = variants.First(v => v.IsTrained && v.Start == variant.Start);
        return Plainer(variant, variants) ?? (!variant.Objectives.IsContrastiveAlone && variant != first
            && Plainer(first, variants) is null ? first : null);
    }

    /// <summary>The pairs that differ in one objective, L_s or L_n, and are alike in every other.</summary>
    internal static IEnumerable<(VariantSummary Variant, VariantSummary Baseline)> Without(
        IReadOnlyList<VariantSummary> variants, Func<ReportedWeights, ReportedWeights> without) =>
        from variant in variants
        where variant.IsTrained && !without(variant.Objectives).Equals(variant.Objectives)
        let baseline = Find(variants, variant, without(variant.Objectives).Equals)
        where baseline is not null
        select (variant, baseline);

    /// <summary>Every pair that a report tests: each variant with its baseline, and with the variant that lacks L_s or L_n alone.</summary>
    public static IReadOnlyList<(VariantSummary Variant, VariantSummary Baseline)> Of(IReadOnlyList<VariantSummary> variants) =>
    [
        .. variants.Where(v => v.Baseline is not null).Select(v => (v, variants.First(b => b.Id == v.Baseline)))
            .Concat(Without(variants, WithoutLs)).Concat(Without(variants, WithoutLn)).Distinct(),
    ];

    internal static ReportedWeights WithoutLs(ReportedWeights objectives) => objectives.Without("ls");

    internal static ReportedWeights WithoutLn(ReportedWeights objectives) => objectives.Without("ln");

    private static VariantSummary? Plainer(VariantSummary variant, IReadOnlyList<VariantSummary> variants)
    {
        var noSentences = variant.Objectives.Without(ReportedRole.Sentence);
        Func<ReportedWeights, bool>[] plainer = [noSentences.Equals, noSentences.WithoutInModal().Equals, o => o.IsContrastiveAlone];
        return plainer.Where(isPlainer => !isPlainer(variant.Objectives)).Select(isPlainer => Find(variants, variant, isPlainer))
            .FirstOrDefault(found => found is not null);
    }

    private static VariantSummary? Find(
        IReadOnlyList<VariantSummary> variants, VariantSummary other, Func<ReportedWeights, bool> wanted) =>
        variants.FirstOrDefault(v => v.IsTrained && v.Start == other.Start && wanted(v.Objectives));
}
