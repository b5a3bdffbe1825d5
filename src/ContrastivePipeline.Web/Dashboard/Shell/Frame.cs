using ContrastivePipeline.Reporting.Html;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>What every page has around its body: head, skip link, main navigation, heading.</summary>
internal static class Frame
{
    private static readonly (Area Area, string Title, string Href)[] s_links =
    [
        (Area.Runs, "Runs", "/"),
        (Area.Compare, "Compare", "/compare"),
        (Area.Datasets, "Datasets", "/datasets"),
        (Area.Search, "Search", "/search"),
    ];

    /// <summary>The whole document.</summary>
    /// <param name="page">What is in it.</param>
    /// <param name="signedIn">Whether its reader gave a key, and so can leave.</param>
    public static string Render(Page page, bool signedIn = false)
    {
        var html = new HtmlWriter();
        html.Write(new Markup("<!DOCTYPE html>\n"));
        html.Write($"""
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <title>{page.Title} · ContrastivePipeline</title>
            <link rel="icon" href="{Asset.Href("icon.svg")}" type="image/svg+xml" />
            <link rel="stylesheet" href="{Asset.Href("report.css")}" />
            <link rel="stylesheet" href="{Asset.Href("dashboard.css")}" />
            <script type="module" src="{Asset.Href("dashboard.js")}"></script>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header class="bar">
            <a class="brand" href="/">ContrastivePipeline</a>
            {(page.Area == Area.Outside ? Markup.None : Navigation(page.Area, signedIn))}
            </header>
            <main id="main" tabindex="-1">
            {Crumbs(page.Crumbs)}<h1>{page.Title}</h1>
            {page.Body}
            </main>
            <div id="whispers" class="hidden" role="status" aria-live="polite"></div>
            <div id="says" class="says" role="status" aria-live="polite"></div>
            </body>
            </html>

            """);
        return html.ToMarkup().Html;
    }

    private static Markup Navigation(Area area, bool signedIn) => Markup.Of($"""
        <nav aria-label="Main"><ul>{Markup.Join(s_links.Select(l => Link(l.Title, l.Href, l.Area == area)))}</ul></nav>
        {(signedIn ? new Markup("<form action=\"/sign-out\" method=\"post\"><button type=\"submit\" class=\"second small\">Sign out</button></form>") : Markup.None)}
        """);

    private static Markup Link(string title, string href, bool here) =>
        Markup.Of($"<li><a href=\"{href}\"{new Markup(here ? " aria-current=\"true\"" : "")}>{title}</a></li>");

    private static Markup Crumbs(IReadOnlyList<Crumb> crumbs) => crumbs.Count == 0
        ? Markup.None
        : Markup.Of($"<nav class=\"crumbs\" aria-label=\"Above this page\"><ol>{Markup.Join(crumbs.Select(c => Markup.Of($"<li><a href=\"{c.Href}\">{c.Title}</a></li>")))}</ol></nav>\n");
}
