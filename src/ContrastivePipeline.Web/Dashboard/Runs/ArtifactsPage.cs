using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What the list of a run's files is narrowed to.</summary>
/// <param name="Stage">Only files of this stage; empty for all.</param>
/// <param name="Name">Only files whose name has this in it; empty for all.</param>
/// <param name="Page">Which fifty of them, from 1.</param>
internal sealed record ArtifactFilter(string Stage = "", string Name = "", int Page = 1)
{
    /// <summary>Files of one page.</summary>
    public const int Length = 50;

    /// <summary>The filter as the query of an address.</summary>
    public string Query => $"?stage={Show.Segment(Stage)}&name={Show.Segment(Name)}&page={Page}";

    /// <summary>Whether a file passes.</summary>
    public bool Takes(RunArtifact file) =>
        (Stage.Length == 0 || file.Stage == Stage) && file.Name.Contains(Name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Everything that a run has made, to download: fifty files at a time, by stage and name.</summary>
internal static class ArtifactsPage
{
    /// <summary>The page.</summary>
    public static Page Write(RunLine line, RunArtifacts artifacts, ArtifactFilter filter)
    {
        var id = line.Run.Id;
        var html = new HtmlWriter();
        html.Write($"<p class=\"lead\">{id}: {Show.Counted(artifacts.All.Count, "file")}, {Show.Bytes(artifacts.All.Sum(a => a.Length))}</p>\n");
        html.Write(RunPage.Gone(artifacts.Gone));
        if (artifacts.All.Count == 0)
            html.Write(Show.Empty(Markup.Of($"<p>The run has not made anything yet. <a href=\"{RunFormatter.Href(id)}\">See how far it is</a>.</p>")));
        else
            WriteFiles(html, id, artifacts.All, filter);
        return new Page("Artifacts", Area.Runs, html.ToMarkup()) { Crumbs = [new("Runs", "/"), new($"Run of {line.Run.Experiment}", RunFormatter.Href(id))] };
    }

    private static void WriteFiles(HtmlWriter html, string id, IReadOnlyList<RunArtifact> all, ArtifactFilter filter)
    {
        var address = RunFormatter.Href(id, "/artifacts");
        html.Write($"<p>To fetch and verify them all: <code>contrastive pull {id} --to FOLDER</code>. To verify one by hand: <code>sha256sum FILE</code>.</p>\n");
        if (all.Count > ArtifactFilter.Length / 2)
            html.Write(Filter(address, all, filter));
        var wanted = all.Where(filter.Takes).ToList();
        var shown = wanted.Skip((filter.Page - 1) * ArtifactFilter.Length).Take(ArtifactFilter.Length).ToList();
        if (shown.Count == 0)
            html.Write(Show.Empty(Markup.Of($"<p>No file passes this filter. <a href=\"{address}\">Show all files</a>.</p>")));
        foreach (var (stage, index) in shown.GroupBy(a => a.Stage).Select((g, i) => (g, i)))
            WriteStage(html, id, [.. stage], wanted.Count(a => a.Stage == stage.Key), $"stage-{index}");
        if (wanted.Count > shown.Count)
            html.Write(Pages(address, filter, wanted.Count));
    }

    private static Markup Filter(string address, IReadOnlyList<RunArtifact> all, ArtifactFilter filter) => Markup.Of($"""
        <form action="{address}" method="get" class="filter" role="search" aria-label="Filter files">
        {Field.Select("filter-stage", "stage", "Stage", [("", "all"), .. all.Select(a => a.Stage).Distinct().Select(s => (s, Title(s)))], filter.Stage)}
        {Field.Text("filter-name", "name", "Name contains", filter.Name)}
        <button type="submit" class="second">Filter</button></form>

        """);

    private static void WriteStage(HtmlWriter html, string id, IReadOnlyList<RunArtifact> shown, int inAll, string anchor)
    {
        var count = shown.Count < inAll ? $"{TextFormatter.Count(shown.Count)} of {Show.Counted(inAll, "file")}" : Show.Counted(inAll, "file");
        var caption = $"{count}, {Show.Bytes(shown.Sum(a => a.Length))}";
        html.Write($"<section aria-labelledby=\"{anchor}\"><h2 id=\"{anchor}\">{Title(shown[0].Stage)}</h2>\n{FileTable.Write(id, shown, caption)}</section>\n");
    }

    private static Markup Pages(string address, ArtifactFilter filter, int files)
    {
        Markup To(int page, string title) => page < 1 || (page - 1) * ArtifactFilter.Length >= files
            ? Markup.None
            : Markup.Of($"<a class=\"button second\" href=\"{address}{(filter with { Page = page }).Query}\">{title}</a>");
        var last = (files + ArtifactFilter.Length - 1) / ArtifactFilter.Length;
        return Markup.Of($"<nav class=\"actions\" aria-label=\"Pages\">{To(filter.Page - 1, "Previous files")}{To(filter.Page + 1, "Next files")}<span class=\"quiet\">Page {filter.Page} of {last}</span></nav>\n");
    }

    private static string Title(string stage) => stage switch
    {
        "prepare-dataset" => "Dataset",
        "tokenizer" => "Tokenizer",
        "train" => "Training",
        "embed" => "Embeddings",
        "evaluate" => "Measurements",
        "report" => "Report",
        _ => stage,
    };
}
