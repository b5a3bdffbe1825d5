namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>Says whether a run shows the effects that arXiv 2310.13267 reports, and never more than its seeds carry: with one seed a
/// finding is about this run alone, with several it rests on intervals over seeds.</summary>
public sealed class Findings
{
    private readonly Results _results;
    private readonly EvidenceFormatter _words;
    private readonly List<(VariantSummary Variant, VariantSummary Baseline)> _withLs;
    private readonly List<(VariantSummary Variant, VariantSummary Baseline)> _withLn;

    private Findings(ReportData data)
    {
        _results = new Results(data);
        _words = new EvidenceFormatter(data, _results);
        _withLs = [.. Contrasts.Without(data.Variants, Contrasts.WithoutLs)];
        _withLn = [.. Contrasts.Without(data.Variants, Contrasts.WithoutLn)];
    }

    /// <summary>Whether a run measured anything that a finding could be about.</summary>
    public static bool AreAbout(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        string[] metrics = [MetricFormatter.TextUniformity, MetricFormatter.Alignment, .. MetricFormatter.RecallAtOne];
        return data.Measurements.Any(m => metrics.Contains(m.Metric));
    }

    /// <summary>The findings of a run, always all five, in a fixed order.</summary>
    public static IReadOnlyList<Finding> Of(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var findings = new Findings(data);
        return
        [
            findings.Effect("ls-uniformity", "L_s makes the text space more uniform", "text uniformity",
                "the text space is more uniform with L_s", -1, MetricFormatter.TextUniformity),
            findings.Effect("ls-alignment", "L_s costs alignment", "alignment",
                "matched pairs lie further apart with L_s", +1, MetricFormatter.Alignment),
            findings.Effect("ls-retrieval", "L_s improves retrieval", "R@1",
                "retrieval is better with L_s", +1, [.. MetricFormatter.RecallAtOne]),
            findings.WhoGainsMore(),
            findings.WhatLnDoes(),
        ];
    }

    /// <summary>What the run's seeds can carry, in one or two sentences.</summary>
    public static string Caveat(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Seeds.Count switch
        {
            0 => "This run has no measurements.",
            1 => "This run has one seed. One seed cannot tell an effect of the objective from the luck of one training run: "
                + "the intervals cover the choice of test items alone. Read every finding as “in this run”.",
            2 => "This run has two seeds, too few to say how much training itself varies: intervals over two seeds are very wide.",
            int n => $"Differences are means over {n} seeds, each variant against its baseline of the same seed; intervals are "
                + "95 % t intervals over seeds. The test items are the same for every seed.",
        };
    }

    private Finding Effect(string id, string effect, string measured, string claim, int sign, params string[] metrics)
    {
        var comparisons = Compare(_withLs, metrics);
        if (comparisons.Count == 0)
            return Missing(id, effect, $"no variant with L_s beside the same variant without it, or no measurement of {measured}");
        var rows = comparisons.Select(c => _words.Row(c, sign)).ToList();
        string sizes = _words.Sizes(comparisons, measured);
        return Judge(id, effect, claim, sizes, rows, comparisons.Min(c => c.Seeds.Count));
    }

    private Finding WhoGainsMore()
    {
        const string id = "cyclip-gains-more", effect = "CyCLIP gains more from L_s than CLIP";
        var gains = new List<GainDifference>();
        foreach (var cyclic in _withLs.Where(p => p.Variant.Objectives.IsCyclic))
        {
            var withoutCyclic = cyclic.Variant.Objectives.Without(ReportedRole.Cyclic);
            foreach (var plain in _withLs.Where(p => p.Variant.Objectives.Equals(withoutCyclic)))
            {
                foreach (var key in MetricFormatter.RecallAtOne.SelectMany(_results.KeysOf))
                {
                    if (_results.Compare(cyclic.Variant, cyclic.Baseline, key) is { } more
                        && _results.Compare(plain.Variant, plain.Baseline, key) is { } less
                        && GainDifference.Between(more, less) is { } gain)
                    {
                        gains.Add(gain);
                    }
                }
            }
        }
        if (gains.Count == 0)
            return Missing(id, effect, "no R@1 of both CLIP and CyCLIP with and without the same weight of L_s");
        // A family of its own: the gains are contrasts of contrasts.
        var adjusted = gains.Where(g => g.PValue is not null)
            .Zip(Holm.Adjust([.. gains.Select(g => g.PValue).OfType<double>()])).ToDictionary(g => g.First, g => (double?)g.Second);
        var rows = gains.Select(g => _words.Row(g, adjusted.GetValueOrDefault(g))).ToList();
        string sizes = $"R@1 gains differ by {EvidenceFormatter.Points(gains.Average(g => g.Mean))} on average";
        return Judge(id, effect, "CyCLIP gains more from L_s than CLIP does", sizes, rows, gains.Min(g => g.BySeed.Count));
    }

    private Finding WhatLnDoes()
    {
        const string id = "ln", effect = "What L_n does";
        var uniformity = Compare(_withLn, MetricFormatter.TextUniformity);
        var alignment = Compare(_withLn, MetricFormatter.Alignment);
        var recall = Compare(_withLn, [.. MetricFormatter.RecallAtOne]);
        List<Comparison> all = [.. uniformity, .. alignment, .. recall];
        if (all.Count == 0)
            return Missing(id, effect, "no variant with L_n beside the same variant without it, or no measurement to compare");
        List<string> parts =
        [
            .. _words.Direction(uniformity, "the text space", "more uniform", "less uniform", -1),
            .. _words.Direction(alignment, "matched pairs", "further apart", "closer together", +1),
            .. _words.Direction(recall, "R@1", "higher", "lower", +1),
        ];
        string headline = $"{Lead(all.Min(c => c.Seeds.Count))} with L_n: {string.Join("; ", parts)}. "
            + "The paper reports that what L_n gives the language encoder need not carry over to retrieval.";
        return new(id, effect, Verdict.Described, headline, [.. all.Select(c => _words.Row(c, null))]);
    }

    private static Finding Judge(string id, string effect, string claim, string sizes, List<EvidenceRow> rows, int seeds)
    {
        int expected = rows.Count(r => r.AsExpected == true);
        int tested = rows.Count(r => r.Evidence != Evidence.Untested), significant = rows.Count(r => r.Evidence == Evidence.Significant);
        string tests = EvidenceFormatter.Significant(significant, tested);
        bool isMost = 2 * significant > tested;
        var verdict = expected == rows.Count ? (isMost ? Verdict.Shown : Verdict.Leaning)
            : expected > 0 ? Verdict.Mixed : isMost ? Verdict.Reversed : Verdict.NotShown;
        string headline = verdict switch
        {
            Verdict.Shown => $"{Lead(seeds)} {claim}: {sizes}; {tests}.",
            Verdict.Leaning => $"{Lead(seeds)} the numbers point that way ({sizes}), "
                + $"but {(significant > 0 && significant < tested ? "only " : "")}{tests}.",
            Verdict.Mixed => $"{Lead(seeds)} the results are mixed: {expected} of {rows.Count} differences have the sign of the effect "
                + $"({sizes}); {tests}.",
            Verdict.Reversed => $"{Lead(seeds)} it is the other way round: no difference has the sign of the effect ({sizes}); {tests}.",
            _ => $"{Lead(seeds)} this is not seen: no difference has the sign of the effect ({sizes}); {tests}.",
        };
        return new(id, effect, verdict, headline, rows);
    }

    private static string Lead(int seeds) => seeds == 1 ? "In this run" : $"Over {seeds} seeds";

    private static Finding Missing(string id, string effect, string lack) =>
        new(id, effect, Verdict.Missing, $"This run cannot tell: it has {lack}.", []);

    private List<Comparison> Compare(IEnumerable<(VariantSummary Variant, VariantSummary Baseline)> pairs, params string[] metrics) =>
        [.. from pair in pairs
            from metric in metrics
            from key in _results.KeysOf(metric)
            let comparison = _results.Compare(pair.Variant, pair.Baseline, key)
            where comparison is not null
            select comparison];
}
