using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>What one version of a dataset has and another has not.</summary>
internal static class DiffPage
{
    public static Page Write(DatasetDiff diff, IReadOnlyList<string> versions) => new($"Changes in {diff.Dataset}", Area.Datasets, Markup.Of($"""
        <p class="lead">From <code>{diff.From}</code> to <code>{diff.To}</code></p>
        {Counts(diff)}
        <p>{Show.Counted(diff.TouchedMedia, "image")} with a caption that is different; {diff.SharedCaptionParts} of {Show.Counted(diff.CaptionParts, "caption part")} shared by both versions.</p>
        <section aria-labelledby="examples"><h2 id="examples">Examples</h2>
        {ChangesTable.Write(diff.Examples)}</section>
        <section aria-labelledby="others"><h2 id="others">Compare other versions</h2>
        <form action="{DatasetsPage.Href(diff.Dataset, "/diff")}" method="get" class="filter">
        {Field.Select("diff-from", "from", "From", versions.Select(v => (v, v)), diff.From)}
        {Field.Select("diff-to", "to", "To", versions.Select(v => (v, v)), diff.To)}
        <button type="submit" class="second">Compare</button></form></section>
        """))
    { Crumbs = [new("Datasets", "/datasets"), new(diff.Dataset, DatasetsPage.Href(diff.Dataset))] };

    private static Markup Counts(DatasetDiff diff) => Markup.Of($"""
        <div class="scroll" role="region" aria-label="How much changed" tabindex="0"><table>
        <caption>How much changed</caption>
        <thead><tr><th scope="col" class="left">What</th><th scope="col">Added</th><th scope="col">Changed</th><th scope="col">Removed</th><th scope="col">Unchanged</th></tr></thead><tbody>
        {Row("Captions", diff.Captions)}{Markup.Join(diff.BySplit.Select(s => Row($"captions of {s.Key}", s.Value)))}{Row("Images", diff.Media)}</tbody></table></div>
        """);

    private static Markup Row(string what, ChangeCounts counts) => Markup.Of(
        $"<tr><th scope=\"row\">{what}</th><td>{TextFormatter.Count(counts.Added)}</td><td>{TextFormatter.Count(counts.Changed)}</td><td>{TextFormatter.Count(counts.Removed)}</td><td>{TextFormatter.Count(counts.Unchanged)}</td></tr>\n");
}
