using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Files of a run, each to download, with the hash to check it by.</summary>
internal static class FileTable
{
    public static Markup Write(string run, IEnumerable<RunArtifact> files, string caption) => Markup.Of($"""
        <table class="stack words files" role="table"><caption>{caption}</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">File</th><th scope="col" role="columnheader">What</th><th scope="col" role="columnheader" class="number">Size</th><th scope="col" role="columnheader">SHA-256</th></tr></thead>
        <tbody role="rowgroup">
        {Markup.Join(files.Select(f => Row(run, f)))}</tbody></table>
        """);

    private static Markup Row(string run, RunArtifact file) => Markup.Of($"""
        <tr role="row"><th scope="row" role="rowheader" class="wrap"><a href="{Href(run, file)}" download="{file.FileName()}">{file.Name}</a></th>
        <td role="cell" data-label="What">{file.Kind.Replace('-', ' ')} <small><a href="{ExplainPage.Href(run, file.Path)}">where from<span class="hidden">: {file.Name}</span></a></small></td>
        <td role="cell" data-label="Size" class="number">{Show.Bytes(file.Length)}</td>
        <td role="cell" data-label="SHA-256" class="wrap"><code class="hash">{file.Sha256}</code></td></tr>

        """);

    private static string Href(string run, RunArtifact file) =>
        RunFormatter.Href(run, $"/artifacts/{string.Join('/', file.Path.Split('/').Select(Show.Segment))}", api: true);
}
