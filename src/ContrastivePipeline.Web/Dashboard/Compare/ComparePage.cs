using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Compare;

/// <summary>Runs side by side.</summary>
internal static class ComparePage
{
    /// <summary>The page before runs are chosen, or with what is wrong with the choice.</summary>
    public static Page Choose(IReadOnlyList<RunLine> runs, IReadOnlyList<string> chosen, string trouble) => new(
        "Compare runs", Area.Compare, Markup.Of($"""
            {(trouble.Length == 0 ? Markup.None : Show.Refusal(Markup.Of($"<p>{trouble}</p>"), "warn"))}
            {(runs.Count < 2 ? Show.Empty(Markup.Of($"<p>Comparing needs two runs; there is {(runs.Count == 1 ? "one so far" : "none yet")}. <a href=\"/#start\">Start a run</a>.</p>")) : Picker(runs, chosen))}
            """));

    /// <summary>The comparison.</summary>
    public static Page Write(RunComparison comparison, IReadOnlyList<RunLine> runs)
    {
        var ids = comparison.Runs.Select(r => r.Id).ToList();
        return new("Compare runs", Area.Compare, Markup.Of($"""
            {RunsTable(comparison)}
            {Warnings(comparison)}
            {ComparedMetrics.Write(comparison)}
            {GeometryOverlay.Write(comparison)}
            {Settings(comparison)}
            <section aria-labelledby="others"><h2 id="others">Compare others</h2>
            {Picker(runs, ids)}</section>
            """));
    }

    /// <summary>What a run is called in this page: A, B, C …</summary>
    public static string Letter(int index) => index < 26 ? ((char)('A' + index)).ToString() : $"#{index + 1}";

    private static Markup Picker(IReadOnlyList<RunLine> runs, IReadOnlyList<string> chosen)
    {
        List<(string, string)> options = [("", "choose a run"), .. runs.Select(r => (r.Run.Id, $"{r.Run.Id} ({RunFormatter.Condition(r.Condition)})"))];
        string At(int i) => i < chosen.Count ? chosen[i] : "";
        var more = Enumerable.Range(2, Math.Max(0, chosen.Count - 2)).Select(i => Field.Select($"pick-{i}", "run", $"Run {Letter(i)}", options, At(i)));
        return Markup.Of($"""
            <form action="/compare" method="get" class="panel">
            {Field.Select("pick-0", "run", "Run A, the one to compare with", options, At(0))}
            {Field.Select("pick-1", "run", "Run B", options, At(1))}
            {Markup.Join(more)}
            <p><button type="submit">Compare</button></p></form>
            <p class="quiet"><small>For more than two, tick them in the <a href="/">list of runs</a>.</small></p>
            """);
    }

    private static Markup RunsTable(RunComparison comparison) => Markup.Of($"""
        <div class="scroll" role="region" aria-label="The runs compared" tabindex="0"><table class="words">
        <caption>The runs compared; differences are to run A</caption>
        <thead><tr><th scope="col">Run</th><th scope="col">Id</th><th scope="col">Started</th><th scope="col">Dataset</th><th scope="col">Seeds</th><th scope="col">Code</th></tr></thead><tbody>
        {Markup.Join(comparison.Runs.Select((r, i) => Markup.Of($"""
            <tr><th scope="row">{Letter(i)}</th><td><a href="{RunFormatter.Href(r.Id)}">{r.Id}</a></td><td>{TextFormatter.When(r.Started)}</td><td>{r.Dataset ?? "nothing measured yet"}</td><td>{string.Join(", ", r.Seeds)}</td><td>{RunFormatter.Code(r.CodeVersion)}</td></tr>

            """)))}</tbody></table></div>
        """);

    private static Markup Warnings(RunComparison comparison)
    {
        var warnings = comparison.Runs.Where(r => !r.Completed).Select(r => $"Run {r.Id} is not completed: more numbers may follow.").ToList();
        warnings.AddRange(comparison.Metrics.SelectMany(m => m.Values.Select((v, i) => (v?.NotComparable, Run: i)))
            .Where(v => v.NotComparable is not null).Distinct()
            .Select(v => $"Numbers of run {Letter(v.Run)} marked ≠ cannot be compared with run A: {v.NotComparable}."));
        return warnings.Count == 0
            ? Markup.None
            : Markup.Of($"<div class=\"note warn\" role=\"note\"><p><strong>Before you read the differences:</strong></p><ul>{Markup.Join(warnings.Select(w => Markup.Of($"<li>{w}</li>")))}</ul></div>\n");
    }

    private static Markup Settings(RunComparison comparison)
    {
        var body = comparison.Settings.Count == 0
            ? Markup.Of($"<p>The experiments are the same in every setting.</p>")
            : Markup.Of($"""
                <div class="scroll" role="region" aria-label="Settings that differ" tabindex="0"><table class="words">
                <caption>{Show.Counted(comparison.Settings.Count, "setting")} of the experiment files, defaults included</caption>
                <thead><tr><th scope="col">Setting</th>{Markup.Join(comparison.Runs.Select((_, i) => Markup.Of($"<th scope=\"col\">{Letter(i)}</th>")))}</tr></thead><tbody>
                {Markup.Join(comparison.Settings.Select(s => Markup.Of($"<tr><th scope=\"row\"><code>{s.Path}</code></th>{Markup.Join(s.Values.Select(v => Markup.Of($"<td class=\"wrap\">{v ?? "–"}</td>")))}</tr>\n")))}</tbody></table></div>
                """);
        return Markup.Of($"<section aria-labelledby=\"settings\"><h2 id=\"settings\">What differs in the experiments</h2>\n{body}</section>\n");
    }
}
