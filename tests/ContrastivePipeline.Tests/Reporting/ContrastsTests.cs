namespace ContrastivePipeline.Tests.Reporting;

public sealed class ContrastsTests
{
    private static readonly ReportedWeights Plain = Of("clip"), Ls = Of("clip+ls"), Ln = Of("clip+ln"), Both = Of("clip+ls+ln"),
        Cyclic = Of("cyclip"), CyclicLs = Of("cyclip+ls"), InModal = SampleReport.Weights(TinyTraining.Weights(inModal: true)),
        InModalLs = SampleReport.Weights(TinyTraining.Weights(ls: 1, inModal: true));

    [Fact]
    public void The_paper_s_variants_have_the_paper_s_baselines() =>
        Assert.Equal(
            [null, Plain, Plain, Plain, Cyclic], Baselines(Plain, Ls, Ln, Cyclic, CyclicLs));

    [Fact]
    public void In_modal_attraction_is_part_of_a_baseline()
    {
        Assert.Equal([null, Plain, Plain, InModal], Baselines(Plain, Ls, InModal, InModalLs));
        // Without the variant that has it alone, nothing but the plain one is left; never clip+ls.
        Assert.Equal([null, Plain, Plain], Baselines(Plain, Ls, InModalLs));
    }

    [Fact]
    public void Order_and_names_do_not_matter() =>
        Assert.Equal([Cyclic, Plain, Plain, null], Baselines(CyclicLs, Cyclic, Ls, Plain));

    [Fact]
    public void Both_sentence_terms_are_held_against_neither_and_against_each_alone()
    {
        var variants = Variants(Plain, Ls, Ln, Both);
        Assert.Equal(Plain, variants.Single(v => v.Id == variants[3].Baseline).Objectives);
        Assert.Equal(
            [(Ls, Plain), (Ln, Plain), (Both, Plain), (Both, Ln), (Both, Ls)],
            Contrasts.Of(variants).Select(pair => (pair.Variant.Objectives, pair.Baseline.Objectives)));
    }

    [Fact]
    public void Without_a_plainer_variant_the_first_is_the_baseline()
    {
        var strong = SampleReport.Weights(TinyTraining.Weights(ls: 2));
        Assert.Equal([null, Ls], Baselines(Ls, strong));
        // The first has a baseline of its own; taking it would compare in a circle.
        Assert.Equal([Cyclic, null, null], Baselines(CyclicLs, Cyclic, strong));
        Assert.Equal([null], Baselines(strong));
    }

    [Fact]
    public void Sentences_alone_are_held_against_L_contra_alone()
    {
        var sentences = SampleReport.Weights(new ObjectiveWeights([("ls", 1)]));
        Assert.Equal([null, Plain], Baselines(Plain, sentences));
    }

    private static ReportedWeights Of(string variant) => SampleReport.Weights(VariantSection.Named(variant)!.Objectives);

    private static VariantSummary[] Variants(params ReportedWeights[] objectives)
    {
        VariantSummary[] variants = [.. objectives.Select((o, i) => new VariantSummary($"v{i}", $"V{i}", o, null))];
        return [.. variants.Select(v => v with { Baseline = Contrasts.BaselineOf(v, variants)?.Id })];
    }

    private static IEnumerable<ReportedWeights?> Baselines(params ReportedWeights[] objectives)
    {
        var variants = Variants(objectives);
        return variants.Select(v => variants.FirstOrDefault(b => b.Id == v.Baseline)?.Objectives);
    }
}
