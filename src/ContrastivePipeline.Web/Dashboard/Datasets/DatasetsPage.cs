using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>A dataset, the manifest of its current version, null where none is current or it cannot be read, and why it cannot.</summary>
internal sealed record DatasetLine(StoredDataset Dataset, DatasetManifest? Current, string Fault);

/// <summary>All datasets of the store.</summary>
internal static class DatasetsPage
{
    public static Page Write(IReadOnlyList<DatasetLine> datasets) => new("Datasets", Area.Datasets, datasets.Count == 0 ? None() : Table(datasets));

    /// <summary>The address of a dataset's page.</summary>
    public static string Href(string name, string below = "") => $"/datasets/{Show.Segment(name)}{below}";

    private static Markup None() => Show.Empty(new Markup(
        "<p><strong>No dataset yet.</strong> The first run prepares its own: <a href=\"/#start\">start one</a>. "
        + "To prepare one without training: <code>contrastive data prepare EXPERIMENT</code>.</p>"));

    private static Markup Table(IReadOnlyList<DatasetLine> datasets) => Markup.Of($"""
        <p class="lead">A dataset version never changes: a caption refresh makes a new one, and runs say which one they used.</p>
        <table class="stack words" role="table">
        <caption>{Show.Counted(datasets.Count, "dataset")}</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Dataset</th><th scope="col" role="columnheader">Current version</th><th scope="col" role="columnheader" class="number">Captions</th><th scope="col" role="columnheader" class="number">Images</th><th scope="col" role="columnheader" class="number">Quarantined</th><th scope="col" role="columnheader" class="number">Versions</th></tr></thead>
        <tbody role="rowgroup">
        {Markup.Join(datasets.Select(Row))}</tbody></table>
        """);

    private static Markup Row(DatasetLine line)
    {
        var (name, versions) = (line.Dataset.Name, line.Dataset.Versions);
        var counts = line.Current is { } manifest
            ? Markup.Of($"""
                <td role="cell" data-label="Version"><code>{manifest.Version}</code></td>
                <td role="cell" data-label="Captions" class="number">{TextFormatter.Count(manifest.Captions.Sum(p => (long)p.Rows))}</td>
                <td role="cell" data-label="Images" class="number">{TextFormatter.Count(manifest.Media.Sum(p => (long)p.Rows))}</td>
                <td role="cell" data-label="Quarantined" class="number">{TextFormatter.Count(manifest.Accounting.Quarantined)}</td>
                """)
            : Markup.Of($"<td role=\"cell\" data-label=\"Version\" class=\"wrap\">{(line.Fault.Length > 0 ? line.Fault : "several, none chosen")}</td><td role=\"cell\"></td><td role=\"cell\"></td><td role=\"cell\"></td>");
        return Markup.Of($"<tr role=\"row\"><th scope=\"row\" role=\"rowheader\"><a href=\"{Href(name)}\">{name}</a></th>{counts}<td role=\"cell\" data-label=\"Versions\" class=\"number\">{versions}</td></tr>\n");
    }
}
