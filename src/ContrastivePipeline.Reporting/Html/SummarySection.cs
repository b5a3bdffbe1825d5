namespace ContrastivePipeline.Reporting.Html;

/// <summary>What the run shows, in words, with the numbers behind each sentence.</summary>
internal static class SummarySection
{
    public static Markup Write(ReportData data)
    {
        var findings = Findings.Of(data);
        var html = new HtmlWriter();
        html.Write($"<p>{Overview(findings)}</p>\n<p class=\"note\">{Findings.Caveat(data)}</p>\n<ol class=\"findings\">\n");
        foreach (var finding in findings)
            WriteFinding(html, finding, data.Seeds.Count);
        html.Write($"</ol>\n");
        return html.ToMarkup();
    }

    private static Markup Overview(IReadOnlyList<Finding> findings)
    {
        var effects = findings.Where(f => f.Verdict != Verdict.Described && f.Id != "ln").ToList();
        int Count(Verdict verdict) => effects.Count(f => f.Verdict == verdict);
        (Verdict Verdict, string TextFormatter)[] kinds =
        [
            (Verdict.Shown, "shows"), (Verdict.Leaning, "points towards"), (Verdict.Mixed, "has mixed results on"),
            (Verdict.NotShown, "does not show"), (Verdict.Missing, "cannot tell about"),
        ];
        if (effects.Select(e => e.Verdict).Distinct().Count() == 1)
            kinds = [(effects[0].Verdict, kinds.First(k => k.Verdict == effects[0].Verdict).TextFormatter + " all")];
        var parts = kinds.Where(k => Count(k.Verdict) > 0).Select(k => $"{k.TextFormatter} {Count(k.Verdict)}").ToList();
        string list = parts.Count > 1 ? string.Join(", ", parts[..^1]) + " and " + parts[^1] : string.Concat(parts);
        return TextFormatter.WithSubscripts(
            $"The paper (arXiv 2310.13267) asks what training the language encoder as a sentence encoder does to a contrastive model. "
            + $"Of its {effects.Count} effects of L_s checked here, this run {list}.");
    }

    private static void WriteFinding(HtmlWriter html, Finding finding, int seeds)
    {
        html.Write($"""
            <li class="finding {Class(finding.Verdict)}" id="finding-{finding.Id}">
            <h3><span>{TextFormatter.WithSubscripts(finding.Effect)}</span> <span class="verdict">{VerdictText(finding.Verdict, seeds)}</span></h3>
            <p>{TextFormatter.WithSubscripts(finding.Headline)}</p>

            """);
        if (finding.Evidence.Count > 0)
            WriteEvidence(html, finding);
        html.Write($"</li>\n");
    }

    private static void WriteEvidence(HtmlWriter html, Finding finding)
    {
        html.Write($"""
            <details><summary>The numbers behind this</summary>
            <div class="scroll" role="group" aria-label="Numbers behind: {finding.Effect.Replace("_", "", StringComparison.Ordinal)}" tabindex="0"><table class="words">
            <thead><tr><th scope="col">comparison</th><th scope="col">measured</th><th scope="col">change</th><th scope="col">difference</th><th scope="col">95 % interval</th><th scope="col">verdict</th></tr></thead>
            <tbody>

            """);
        foreach (var row in finding.Evidence)
        {
            html.Write($"""
                <tr><th scope="row">{TextFormatter.WithSubscripts(row.Comparison)}</th><td>{row.Measured}</td><td class="number">{row.Change}</td><td class="number">{row.Difference}</td><td>{row.Interval}</td><td>{VerdictOf(row)}</td></tr>

                """);
        }
        html.Write($"</tbody></table></div></details>\n");
    }

    private static string VerdictOf(EvidenceRow row)
    {
        string direction = row.AsExpected switch { true => "✓ as expected", false => "✗ not as expected", _ => "" };
        string clear = row.Clear switch { true => "interval excludes 0", false => "interval includes 0", _ => "not tested" };
        return direction.Length > 0 ? $"{direction}, {clear}" : clear;
    }

    private static string Class(Verdict verdict) => verdict switch
    {
        Verdict.NotShown => "not-shown",
        Verdict.Shown => "shown",
        Verdict.Leaning => "leaning",
        Verdict.Mixed => "mixed",
        _ => "neutral",
    };

    private static string VerdictText(Verdict verdict, int seeds)
    {
        string where = seeds == 1 ? "in this run (1 seed)" : $"over {seeds} seeds";
        return verdict switch
        {
            Verdict.Shown => $"✓ shown {where}",
            Verdict.Leaning => $"≈ points that way {where}",
            Verdict.Mixed => $"± mixed {where}",
            Verdict.NotShown => $"✗ not shown {where}",
            Verdict.Missing => "? cannot tell",
            _ => $"{where}",
        };
    }
}
