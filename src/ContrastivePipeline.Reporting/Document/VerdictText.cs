namespace ContrastivePipeline.Reporting.Document;

internal static class VerdictText
{
    /// <summary>How many of the paper's effects a run shows.</summary>
    public static string Overview(IReadOnlyList<Finding> findings)
    {
        var effects = findings.Where(f => f.Verdict != Verdict.Described && f.Id != "ln").ToList();
        int Count(Verdict verdict) => effects.Count(f => f.Verdict == verdict);
        (Verdict Verdict, string TextFormatter)[] kinds =
        [
            (Verdict.Shown, "shows"), (Verdict.Leaning, "points towards"), (Verdict.Mixed, "has mixed results on"),
            (Verdict.NotShown, "does not show"), (Verdict.Reversed, "shows the reverse of"), (Verdict.Missing, "cannot tell about"),
        ];
        if (effects.Select(e => e.Verdict).Distinct().Count() == 1)
            kinds = [(effects[0].Verdict, kinds.First(k => k.Verdict == effects[0].Verdict).TextFormatter + " all")];
        var parts = kinds.Where(k => Count(k.Verdict) > 0).Select(k => $"{k.TextFormatter} {Count(k.Verdict)}").ToList();
        string list = parts.Count > 1 ? string.Join(", ", parts[..^1]) + " and " + parts[^1] : string.Concat(parts);
        return "The paper (arXiv 2310.13267) asks what training the language encoder as a sentence encoder does to a contrastive model. "
            + $"Of its {effects.Count} effects of L_s checked here, this run {list}.";
    }

    public static string Of(Verdict verdict, int seeds)
    {
        string where = seeds == 1 ? "in this run (1 seed)" : $"over {seeds} seeds";
        return verdict switch
        {
            Verdict.Shown => $"✓ shown {where}",
            Verdict.Leaning => $"≈ points that way {where}",
            Verdict.Mixed => $"± mixed {where}",
            Verdict.NotShown => $"✗ not shown {where}",
            Verdict.Reversed => $"⇄ reversed {where}",
            Verdict.Missing => "? cannot tell",
            _ => where,
        };
    }

    public static string Of(EvidenceRow row)
    {
        string evidence = row.Evidence switch
        {
            Evidence.Significant => "significant",
            Evidence.NotSignificant => "not significant",
            _ => "not tested",
        };
        return row.AsExpected switch { true => $"✓ as expected, {evidence}", false => $"✗ not as expected, {evidence}", _ => evidence };
    }

    /// <summary>A verdict's class in the style sheet.</summary>
    public static string Class(Verdict verdict) => verdict switch
    {
        Verdict.NotShown => "not-shown",
        Verdict.Reversed => "reversed",
        Verdict.Shown => "shown",
        Verdict.Leaning => "leaning",
        Verdict.Mixed => "mixed",
        _ => "neutral",
    };
}
