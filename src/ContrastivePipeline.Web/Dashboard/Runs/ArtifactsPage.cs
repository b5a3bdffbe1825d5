using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Everything that a run has made, to download.</summary>
internal static class ArtifactsPage
{
    public static Page Write(RunLine line, RunArtifacts artifacts)
    {
        var id = line.Run.Id;
        var html = new HtmlWriter();
        html.Write($"<p class=\"lead\">{id}: {Show.Counted(artifacts.All.Count, "file")}, {Show.Bytes(artifacts.All.Sum(a => a.Length))}</p>\n");
        if (artifacts.All.Count == 0)
            html.Write(Show.Empty(Markup.Of($"<p>The run has not made anything yet. <a href=\"{RunWords.Href(id)}\">See how far it is</a>.</p>")));
        else
            html.Write($"<p>To fetch and verify them all: <code>contrastive pull {id} --to FOLDER</code>. To verify one by hand: <code>sha256sum FILE</code>.</p>\n");
        foreach (var (stage, index) in artifacts.All.GroupBy(a => a.Stage).Select((g, i) => (g, i)))
            WriteStage(html, id, stage, $"stage-{index}");
        return new Page("Artifacts", Area.Runs, html.ToMarkup()) { Crumbs = [new("Runs", "/"), new($"Run of {line.Run.Experiment}", RunWords.Href(id))] };
    }

    private static void WriteStage(HtmlWriter html, string id, IGrouping<string, RunArtifact> stage, string anchor)
    {
        var caption = $"{Show.Counted(stage.Count(), "file")}, {Show.Bytes(stage.Sum(a => a.Length))}";
        html.Write($"<section aria-labelledby=\"{anchor}\"><h2 id=\"{anchor}\">{Title(stage.Key)}</h2>\n{FileTable.Write(id, stage, caption)}</section>\n");
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
