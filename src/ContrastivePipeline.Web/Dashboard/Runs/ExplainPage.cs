using System.Globalization;
using ContrastivePipeline.Evaluation;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Datasets;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Where a number or a file of a run came from.</summary>
internal static class ExplainPage
{
    /// <summary>The page.</summary>
    /// <param name="line">The run.</param>
    /// <param name="lineage">The account.</param>
    /// <param name="seeds">The seeds that the same was measured with.</param>
    /// <param name="again">The number computed again; null where that was not asked for.</param>
    public static Page Write(RunLine line, Lineage lineage, IReadOnlyList<int> seeds, Recomputation? again)
    {
        var title = lineage.Number is { } number ? $"{number.Title}, {number.Split}" : lineage.Artifact?.Name ?? "Lineage";
        return Frame(line, title, Markup.Of($"""
            {(lineage.Number is { } n ? Number(lineage, n, seeds, again) : Markup.None)}
            {(lineage.Artifact is { } a ? Files("What it is", "It", [a], line.Run.Id) : Markup.None)}
            {Files("Computed from", "Files that went into it", lineage.Sources, line.Run.Id)}
            {Model(lineage, line.Run.Id)}
            {Dataset(lineage)}
            {Settings(lineage)}
            {Stages(lineage)}
            {Commands(lineage)}
            """));
    }

    /// <summary>The page that asks which of several things is meant.</summary>
    public static Page Choose(RunLine line, string what, IEnumerable<(string Address, string Title)> choices) => Frame(line, $"What is “{what}”?", Markup.Of($"""
        <p>This run has several things of that name or value:</p>
        <ul>{Markup.Join(choices.Select(c => Markup.Of($"<li><a href=\"{Href(line.Run.Id, c.Address)}\">{c.Title}</a></li>")))}</ul>
        """));

    /// <summary>The form that asks for a number or a file.</summary>
    public static Markup Form(string run) => Markup.Of($"""
        <form action="{RunFormatter.Href(run, "/explain")}" method="get" class="filter" role="search" aria-label="Explain a number or a file">
        {Field.Text("explain-of", "of", "Where does it come from?", "", "Paste a number as it is printed anywhere, the name of a file, or the beginning of a hash.", "required=\"required\" maxlength=\"400\"")}
        <button type="submit" class="second">Explain</button></form>

        """);

    /// <summary>The address of an explanation.</summary>
    public static string Href(string run, string what) => RunFormatter.Href(run, $"/explain?of={Show.Segment(what)}");

    private static Page Frame(RunLine line, string title, Markup body) => new(title, Area.Runs, body)
    {
        Crumbs = [new("Runs", "/"), new($"Run of {line.Run.Experiment}", RunFormatter.Href(line.Run.Id))],
    };

    private static Markup Number(Lineage lineage, NumberLineage number, IReadOnlyList<int> seeds, Recomputation? again) => Markup.Of($"""
        <p class="big">{number.Value.ToString("R", CultureInfo.InvariantCulture).Replace('-', '−')}{Share(number)}</p>
        <p>{number.Explanation}</p>
        {Seeds(lineage, number, seeds)}
        <dl class="facts">
        <div><dt>Variant</dt><dd>{TextFormatter.WithSubscripts(RunFormatter.Variant(number.Variant))}</dd></div>
        <div><dt>Seed</dt><dd>{number.Seed}</dd></div>
        <div><dt>Split</dt><dd>{number.Split}</dd></div>
        <div><dt>Items averaged</dt><dd>{TextFormatter.Count(number.N)}</dd></div>
        <div><dt>Formula</dt><dd>{number.Formula}</dd></div>
        <div><dt>Address</dt><dd><code>{number.Address}</code></dd></div>
        </dl>
        {(number.FormulaInWords is { } formula ? Markup.Of($"<p class=\"note\">{formula}</p>") : Markup.None)}
        {Again(lineage, number, again)}
        """);

    private static string Share(NumberLineage number) => MetricCatalogue.Find(number.Metric)?.Unit == MetricUnit.Fraction
        ? $" = {TextFormatter.Number(100 * number.Value, "0.00")} %"
        : "";

    // A table shows the mean over seeds; each seed's number has a past of its own.
    private static Markup Seeds(Lineage lineage, NumberLineage number, IReadOnlyList<int> seeds)
    {
        if (seeds.Count < 2)
            return Markup.None;
        var links = seeds.Select(seed => seed == number.Seed
            ? Markup.Of($"<b>{seed}</b>")
            : Markup.Of($"<a href=\"{Href(lineage.RunId, new MeasurementAddress(number.Variant, seed, number.Split, number.Metric).ToString())}\">{seed}</a>"));
        return Markup.Of($"<p>Measured with {Show.Counted(seeds.Count, "seed")}; tables show their mean. Seed: {Markup.Join(links, " · ")}</p>");
    }

    private static Markup Again(Lineage lineage, NumberLineage number, Recomputation? again) => again switch
    {
        null => Markup.Of($"<div class=\"actions\"><a class=\"button second\" href=\"{Href(lineage.RunId, number.Address)}&amp;again=1\">Compute it again</a></div>"),
        { IsIdentical: true } => new Markup("<div class=\"note good\" role=\"status\"><p>Computed again just now from the stored embeddings: the same to the last digit.</p></div>"),
        _ => Markup.Of($"<div class=\"note error\" role=\"alert\"><p>Computed again just now from the stored embeddings: <strong>{again.Value.ToString("R", CultureInfo.InvariantCulture)}</strong>, which is another number.</p></div>"),
    };

    private static Markup Files(string title, string caption, IReadOnlyList<RunArtifact> files, string run) => files.Count == 0
        ? Markup.None
        : Section(title, FileTable.Write(run, files, caption));

    private static Markup Model(Lineage lineage, string run) => lineage.Model is not { } model ? Markup.None : Section("The model", Markup.Of($"""
        <p>{TextFormatter.WithSubscripts(RunFormatter.Variant(model.Variant))}, seed {model.Seed}, after {Show.Counted(model.Step, "step")} in {Show.Counted(model.Segments.Count, "segment")}. All settings of the training hash to <code class="hash">{model.Recipe}</code>.</p>
        {FileTable.Write(run, lineage.Tokenizer is { } tokenizer ? [model.Checkpoint, tokenizer] : [model.Checkpoint], "Weights and vocabulary")}
        """));

    private static Markup Dataset(Lineage lineage) => lineage.Dataset is not { } dataset ? Markup.None : Section("The data", Markup.Of($"""
        <p><a href="{DatasetsPage.Href(dataset.Name)}">{dataset.Name}</a>, version <code>{dataset.Version}</code>: {TextFormatter.Count(dataset.Accounting.Kept)} rows kept of {TextFormatter.Count(dataset.Accounting.SourceRows)},
        in {Show.Counted(dataset.Parts.Count, "part")}.{(dataset.Refreshes.Count == 0 ? " Prepared from its source." : "")}</p>
        {(dataset.Refreshes.Count == 0 ? Markup.None : Markup.Of($"<ul>{Markup.Join(dataset.Refreshes.Select(r => Markup.Of($"<li>{r.Mode} with {r.File}, {TextFormatter.When(r.At)}: <code>{r.Base}</code> became <code>{r.Version}</code></li>")))}</ul>"))}
        <details><summary>Parts with their hashes</summary>
        <table class="stack words" role="table"><caption>Parts of {dataset.Name} {dataset.Version}</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Part</th><th scope="col" role="columnheader" class="number">Rows</th><th scope="col" role="columnheader">SHA-256</th></tr></thead><tbody role="rowgroup">
        {Markup.Join(dataset.Parts.Select(p => Markup.Of($"<tr role=\"row\"><th scope=\"row\" role=\"rowheader\" class=\"wrap\">{p.Path}</th><td role=\"cell\" data-label=\"Rows\" class=\"number\">{TextFormatter.Count(p.Rows)}</td><td role=\"cell\" class=\"wrap\"><code class=\"hash\">{p.Sha256}</code></td></tr>\n")))}</tbody></table></details>
        """));

    private static Markup Settings(Lineage lineage) => lineage.Settings.Count == 0 ? Markup.None : Section("Settings that bear on it", Markup.Of($"""
        <details><summary>{Show.Counted(lineage.Settings.Count, "setting")}, defaults included</summary>
        <div class="scroll" role="group" aria-label="Settings of the experiment file" tabindex="0"><table class="words"><caption>Settings of the experiment file</caption><thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead><tbody>
        {Markup.Join(lineage.Settings.Select(s => Markup.Of($"<tr><th scope=\"row\"><code>{s.Path}</code></th><td class=\"wrap\">{s.Value}</td></tr>\n")))}</tbody></table></div></details>
        """));

    private static Markup Stages(Lineage lineage) => Section("Stages that led to it", Markup.Of($"""
        <table class="stack words" role="table"><caption>{Show.Counted(lineage.Stages.Count, "stage")}, the last first</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Stage</th><th scope="col" role="columnheader">Finished</th><th scope="col" role="columnheader">Took</th><th scope="col" role="columnheader">Code</th><th scope="col" role="columnheader">Machine</th></tr></thead><tbody role="rowgroup">
        {Markup.Join(lineage.Stages.Select(s => Markup.Of($"""
            <tr role="row"><th scope="row" role="rowheader">{s.Name} <small>{s.Label}</small></th><td role="cell" data-label="Finished">{TextFormatter.When(s.Finished)}</td>
            <td role="cell" data-label="Took">{TextFormatter.Duration(s.Finished - s.Started)}{(s.Cached ? ", by an earlier run" : "")}</td><td role="cell" data-label="Code" title="{s.CodeVersion}">{RunFormatter.Code(s.CodeVersion)}</td><td role="cell" data-label="Machine">{s.Machine}</td></tr>

            """)))}</tbody></table>
        """));

    private static Markup Commands(Lineage lineage) => lineage.Commands.Count == 0 ? Markup.None : Section("Check it yourself", Markup.Join(
        lineage.Commands.Select(c => Markup.Of($"<p>{char.ToUpperInvariant(c.Does[0]) + c.Does[1..]}:</p>\n<pre tabindex=\"0\" aria-label=\"Command\"><code>{c.Line}</code></pre>\n"))));

    private static Markup Section(string title, Markup body) => Markup.Of($"<section aria-labelledby=\"{title.ToId()}\"><h2 id=\"{title.ToId()}\">{title}</h2>\n{body}</section>\n");
}
