namespace ContrastivePipeline.Tests.Reporting;

public sealed class FindingsTests
{
    private const string M2t = "retrieval/media-to-text/r@1", T2m = "retrieval/text-to-media/r@1";
    private const string Uniformity = "geometry/uniformity-text", Alignment = "geometry/alignment";

    [Fact]
    public void One_seed_with_clear_differences_shows_the_effect_in_this_run_only()
    {
        var data =
            Data([new("clip", 1, Uniformity, -3.256), new("clip+ls", 1, Uniformity, -3.513)],
                [new("clip+ls", "clip", 1, Uniformity, -.28, -.23)]);
        var finding = Find(data, "ls-uniformity");

        Assert.Equal(Verdict.Shown, finding.Verdict);
        Assert.StartsWith("In this run", finding.Headline, StringComparison.Ordinal);
        Assert.Contains("−0.257 for CLIP + Ls", finding.Headline, StringComparison.Ordinal);
        Assert.Contains("One seed cannot tell", Findings.Caveat(data), StringComparison.Ordinal);
        Assert.Equal("−3.256 → −3.513", Assert.Single(finding.Evidence).Change);
    }

    [Fact]
    public void Without_a_test_the_numbers_only_point_that_way()
    {
        var finding = Find(Data([new("clip", 1, Alignment, .531), new("clip+ls", 1, Alignment, .706)]), "ls-alignment");

        Assert.Equal(Verdict.Leaning, finding.Verdict);
        Assert.Contains("no difference is tested", finding.Headline, StringComparison.Ordinal);
        Assert.Equal(Evidence.Untested, Assert.Single(finding.Evidence).Evidence);
    }

    [Fact]
    public void A_difference_within_its_interval_only_points_that_way()
    {
        var finding = Find(
            Data([new("clip", 1, M2t, .469), new("clip+ls", 1, M2t, .490)], [new("clip+ls", "clip", 1, M2t, -.01, .05)]), "ls-retrieval");

        Assert.Equal(Verdict.Leaning, finding.Verdict);
        Assert.Contains("but the difference is not significant", finding.Headline, StringComparison.Ordinal);
        Assert.Contains("+2.1 points", finding.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_sign_is_not_shown_and_reversed_where_it_is_significant()
    {
        Number[] numbers = [new("clip", 1, Uniformity, -3.5), new("clip+ls", 1, Uniformity, -3.2)];
        var unclear = Find(Data(numbers, [new("clip+ls", "clip", 1, Uniformity, -.1, .7)]), "ls-uniformity");
        Assert.Equal(Verdict.NotShown, unclear.Verdict);
        Assert.Contains("not seen", unclear.Headline, StringComparison.Ordinal);

        var clear = Find(Data(numbers, [new("clip+ls", "clip", 1, Uniformity, .2, .4)]), "ls-uniformity");
        Assert.Equal(Verdict.Reversed, clear.Verdict);
        Assert.Contains("the other way round", clear.Headline, StringComparison.Ordinal);
        Assert.Equal("⇄ reversed in this run (1 seed)", VerdictText.Of(clear.Verdict, 1));
        Assert.Contains("shows the reverse of all", VerdictText.Overview([clear]), StringComparison.Ordinal);
    }

    /// <summary>The difference alone has p = 0.03. Of two tests the smaller p is doubled; R@5 is in another family.</summary>
    [Fact]
    public void More_tests_need_more_evidence()
    {
        Number[] numbers = [new("clip", 1, T2m, .4), new("clip+ls", 1, T2m, .5)];
        Interval[] intervals = [new("clip+ls", "clip", 1, T2m, .01, .19)];
        var alone = Find(Data(numbers, intervals), "ls-retrieval");
        Assert.Equal((Verdict.Shown, "p = 0.030; 0.030 adjusted"), (alone.Verdict, Assert.Single(alone.Evidence).PValue));

        const string r5 = "retrieval/text-to-media/r@5";
        var apart = Data(
            [.. numbers, new("clip", 1, r5, .4), new("clip+ls", 1, r5, .4)], [.. intervals, new("clip+ls", "clip", 1, r5, -.1, .1)]);
        Assert.Equal(Verdict.Shown, Find(apart, "ls-retrieval").Verdict);

        var together = Data(
            [.. numbers, new("clip", 1, Alignment, .4), new("clip+ls", 1, Alignment, .4)],
            [.. intervals, new("clip+ls", "clip", 1, Alignment, -.1, .1)]);
        Assert.Equal(
            (Verdict.Leaning, "p = 0.030; 0.059 adjusted"),
            (Find(together, "ls-retrieval").Verdict, Find(together, "ls-retrieval").Evidence[0].PValue));
    }

    [Fact]
    public void No_difference_at_all_is_not_shown() =>
        Assert.Equal(Verdict.NotShown, Find(Data([new("clip", 1, M2t, .4), new("clip+ls", 1, M2t, .4)]), "ls-retrieval").Verdict);

    [Fact]
    public void Both_signs_are_mixed()
    {
        var finding =
            Find(Data([new("clip", 1, M2t, .4), new("clip+ls", 1, M2t, .5), new("clip", 1, T2m, .4), new("clip+ls", 1, T2m, .3)]),
                "ls-retrieval");

        Assert.Equal(Verdict.Mixed, finding.Verdict);
        Assert.Contains("1 of 2 differences", finding.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_variant_its_baseline_or_the_measurement_the_run_cannot_tell()
    {
        Assert.All(
            Findings.Of(Data([new("clip", 1, M2t, .4), new("cyclip+ls", 1, M2t, .5)])), f => Assert.Equal(Verdict.Missing, f.Verdict));
        Assert.All(Findings.Of(Data([])), f => Assert.Equal(Verdict.Missing, f.Verdict));
        Assert.Equal(Verdict.Missing, Find(Data([new("clip", 1, M2t, double.NaN), new("clip+ls", 1, M2t, .5)]), "ls-retrieval").Verdict);
    }

    [Fact]
    public void A_baseline_differs_in_the_objective_alone()
    {
        // CyCLIP + Ls is named with CLIP as its baseline here; the finding must not credit L_s with what the cyclic terms did.
        var data = Data([new("clip", 1, M2t, .4), new("cyclip", 1, M2t, .6), new("cyclip+ls", 1, M2t, .5)]);
        data = data with { Variants = [.. data.Variants.Select(v => v.Id == "cyclip+ls" ? v with { Baseline = "clip" } : v)] };

        Assert.Equal(Verdict.NotShown, Find(data, "ls-retrieval").Verdict);
    }

    [Fact]
    public void Several_seeds_need_an_interval_over_seeds()
    {
        // Differences −0.2, −0.3, −0.25: mean −0.25, sd 0.05; t(2) = 4.303, so ± 0.124.
        var clear = Find(Data(Seeds(Uniformity, [-3.2, -3.2, -3.2], [-3.4, -3.5, -3.45])), "ls-uniformity");
        Assert.Equal(Verdict.Shown, clear.Verdict);
        Assert.StartsWith("Over 3 seeds", clear.Headline, StringComparison.Ordinal);
        Assert.Equal("−0.250 ± 0.050", Assert.Single(clear.Evidence).Difference);
        Assert.StartsWith("−0.374 … −0.126 over 3 seeds, same sign in 3", clear.Evidence[0].Interval, StringComparison.Ordinal);

        // −0.4, −0.02, −0.01: all three agree and every interval over test items excludes 0, but training varies too much to tell.
        var noisy =
            Data(Seeds(Uniformity, [-3.2, -3.2, -3.2], [-3.6, -3.22, -3.21]),
                [.. Enumerable.Range(1, 3).Select(s => new Interval("clip+ls", "clip", s, Uniformity, -.5, -.001))]);
        Assert.Equal(Verdict.Leaning, Find(noisy, "ls-uniformity").Verdict);
        Assert.EndsWith(
            "over test items it excludes 0 in 3 of 3", Find(noisy, "ls-uniformity").Evidence[0].Interval, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_compares_over_the_seeds_that_it_shares_with_its_baseline()
    {
        var finding = Find(Data([new("clip", 1, M2t, .4), new("clip", 2, M2t, .1), new("clip+ls", 1, M2t, .5)]), "ls-retrieval");

        Assert.StartsWith("In this run", finding.Headline, StringComparison.Ordinal);
        Assert.Contains("+10.0 points", finding.Headline, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(.02, .12, true, Verdict.Shown)]
    [InlineData(.02, .12, false, Verdict.Leaning)]
    [InlineData(.12, .02, true, Verdict.Reversed)]
    [InlineData(.12, .02, false, Verdict.NotShown)]
    public void Who_gains_more(double clipGain, double cyclipGain, bool narrow, Verdict expected)
    {
        double half = narrow ? .02 : .2;
        var data = Data(
            [new("clip", 1, M2t, .4), new("clip+ls", 1, M2t, .4 + clipGain), new("cyclip", 1, M2t, .3),
                new("cyclip+ls", 1, M2t, .3 + cyclipGain)],
            [new("clip+ls", "clip", 1, M2t, clipGain - half, clipGain + half),
                new("cyclip+ls", "cyclip", 1, M2t, cyclipGain - half, cyclipGain + half)]);

        Assert.Equal(expected, Find(data, "cyclip-gains-more").Verdict);
    }

    [Fact]
    public void Ln_is_described_without_a_verdict()
    {
        var finding = Find(
            Data([new("clip", 1, Uniformity, -3.2), new("clip+ln", 1, Uniformity, -3.3), new("clip", 1, M2t, .4),
                new("clip+ln", 1, M2t, .38), new("clip", 1, T2m, .4), new("clip+ln", 1, T2m, .41)]),
            "ln");

        Assert.Equal(Verdict.Described, finding.Verdict);
        Assert.Contains("the text space is more uniform (−0.100 for CLIP + Ln", finding.Headline, StringComparison.Ordinal);
        Assert.Contains("R@1 is higher in 1 and lower in 1 of 2 comparisons", finding.Headline, StringComparison.Ordinal);
        Assert.DoesNotContain("pairs", finding.Headline, StringComparison.Ordinal);
    }

    private static Finding Find(ReportData data, string id) => Findings.Of(data).Single(f => f.Id == id);

    private static Number[] Seeds(string metric, double[] baseline, double[] variant) =>
        [.. baseline.Select((v, i) => new Number("clip", i + 1, metric, v)),
            .. variant.Select((v, i) => new Number("clip+ls", i + 1, metric, v))];

    private static ReportData Data(Number[] numbers, Interval[]? intervals = null)
    {
        var sample = SampleReport.Create(1);
        return sample with
        {
            Measurements =
                [.. numbers.Select(n => new Measurement(n.Variant, n.Seed, n.Metric, "f/1", "emoji", "v", "seen", 382, n.Value))],
            Differences =
                [.. (intervals ?? [])
                    .Select(i =>
                        new PairedDifference(
                            i.Variant, i.Baseline, i.Seed, i.Metric, "emoji", "seen",
                            SampleReport.Test((i.Low + i.High) / 2, (i.High - i.Low) / 2)))],
            Curves = [],
            Similarities = [],
            Maps = [],
            Examples = [],
        };
    }

    private sealed record Number(string Variant, int Seed, string Metric, double Value);

    private sealed record Interval(string Variant, string Baseline, int Seed, string Metric, double Low, double High);
}
