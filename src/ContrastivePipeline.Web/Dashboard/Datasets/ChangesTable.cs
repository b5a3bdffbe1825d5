using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>Captions before and after.</summary>
internal static class ChangesTable
{
    public static Markup Write(IReadOnlyList<CaptionChange> changes)
    {
        if (changes.Count == 0)
            return Show.Empty(new Markup("<p>No caption is different.</p>"));
        return Markup.Of($"""
            <table class="stack words" role="table"><caption>{Show.Counted(changes.Count, "change")} shown</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Media item</th><th scope="col" role="columnheader">What</th><th scope="col" role="columnheader">Before</th><th scope="col" role="columnheader">After</th></tr></thead>
            <tbody role="rowgroup">
            {Markup.Join(changes.Select(c => Markup.Of($"""
                <tr role="row"><th scope="row" role="rowheader">{c.MediaId} <small>caption {c.CaptionIndex}, {c.Split}</small></th><td role="cell" data-label="What">{c.Kind.ToString().ToLowerInvariant()}</td>
                <td role="cell" data-label="Before" class="wrap">{(c.Before is null ? Markup.None : Markup.Of($"<del>{c.Before}</del>"))}</td><td role="cell" data-label="After" class="wrap">{(c.After is null ? Markup.None : Markup.Of($"<ins>{c.After}</ins>"))}</td></tr>

                """)))}</tbody></table>
            """);
    }
}
