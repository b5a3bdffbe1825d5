using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Search;

/// <summary>What is asked for.</summary>
/// <param name="Run">Whose models to search with; empty for none chosen.</param>
/// <param name="Model"><c>variant/seed</c>; empty for the best.</param>
/// <param name="Text">What to look for; empty for nothing yet.</param>
/// <param name="Split">The split to search; empty for all that the run evaluates.</param>
internal sealed record SearchQuery(string Run, string Model, string Text, string Split)
{
    /// <summary>Which model, and where.</summary>
    public SearchWish Wish => new(Variant, Seed, Split.Length > 0 ? [Split] : []);

    /// <summary>The variant; null for the best.</summary>
    public string? Variant => Model.LastIndexOf('/') is > 0 and var at ? Model[..at] : null;

    /// <summary>The training seed; null for the first.</summary>
    public long? Seed => Model.LastIndexOf('/') is > 0 and var at && long.TryParse(Model[(at + 1)..], out var seed) ? seed : null;
}

/// <summary>Texts to images and images to texts, with the trained models of a run.</summary>
internal static class SearchPage
{
    /// <summary>The page.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="runs">Runs that have a trained model, the latest first.</param>
    /// <param name="models">The chosen run's models, as <c>variant/seed</c>.</param>
    /// <param name="splits">The splits that the chosen run evaluates.</param>
    /// <param name="answer">What was found, or why nothing was.</param>
    public static Page Write(
        SearchQuery query, IReadOnlyList<RunLine> runs, IReadOnlyList<string> models, IReadOnlyList<string> splits, Markup answer) => new(
        "Search", Area.Search, runs.Count == 0 ? NoModel() : Markup.Of($"""
            <p class="lead">A trained model puts images and texts into one space; the search shows what lies nearest there.</p>
            {(runs.Count > 1 ? RunPicker(query, runs) : Markup.None)}
            <div class="columns">
            <form action="/search#found" method="get" class="panel" role="search" aria-label="Find images by text">
            <input type="hidden" name="run" value="{query.Run}" />
            {Field.Text("search-text", "text", "Find images for a text", query.Text, null, "required=\"required\" maxlength=\"1000\"")}
            {Models("search-model", query, models)}
            {Splits("search-split", query, splits)}
            <p><button type="submit">Find images</button></p></form>
            <form action="/search#found" method="post" enctype="multipart/form-data" class="panel" role="search" aria-label="Find captions by image" data-busy="Searching …">
            <input type="hidden" name="run" value="{query.Run}" />
            {Field.File("search-file", "file", "Find captions for an image", "image/png,image/jpeg,image/webp,image/gif")}
            {Models("search-image-model", query, models)}
            {Splits("search-image-split", query, splits)}
            <p><button type="submit">Find captions</button></p></form>
            </div>
            {answer}
            """));

    /// <summary>Images that were found.</summary>
    public static Markup Found(SearchAnswer<FoundMediaItem> answer, string text) => Markup.Of($"""
        <section aria-labelledby="found"><h2 id="found">Images nearest to “{text}”</h2>
        {Model(answer)}
        <ol class="found">{Markup.Join(answer.Found.Select(m => Markup.Of($"""
            <li><img src="{Image(answer.RunId, m.MediaId)}" alt="{(m.Captions.Count > 0 ? m.Captions[0] : "Image without a caption")}" loading="lazy" />
            <p><span class="score">{TextFormatter.Number(m.Score, "0.000")}</span> <span class="quiet">{m.Split}</span></p>
            <p>{string.Join("; ", m.Captions.Take(3))}{(m.Captions.Count > 3 ? $" and {m.Captions.Count - 3} more" : "")}</p></li>

            """)))}</ol></section>
        """);

    /// <summary>Captions that were found.</summary>
    /// <param name="answer">The captions.</param>
    /// <param name="shown">The image that was sent, as an address; null where it is too large to show.</param>
    public static Markup Found(SearchAnswer<FoundCaption> answer, string? shown) => Markup.Of($"""
        <section aria-labelledby="found"><h2 id="found">Captions nearest to your image</h2>
        {(shown is null ? Markup.None : Markup.Of($"<img class=\"sent\" src=\"{shown}\" alt=\"The image that you sent\" />"))}
        {Model(answer)}
        <table class="stack words" role="table"><caption>{Show.Counted(answer.Found.Count, "caption")}, the nearest first</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Caption</th><th scope="col" role="columnheader" class="number">Cosine</th><th scope="col" role="columnheader">Split</th><th scope="col" role="columnheader">Its images</th></tr></thead>
        <tbody role="rowgroup">
        {Markup.Join(answer.Found.Select(c => Markup.Of($"""
            <tr role="row"><th scope="row" role="rowheader" class="wrap">{c.Caption}</th><td role="cell" data-label="Cosine" class="number">{TextFormatter.Number(c.Score, "0.000")}</td><td role="cell" data-label="Split">{c.Split}</td>
            <td role="cell" class="thumbs">{Markup.Join(c.MediaIds.Take(4).Select((id, i) => Markup.Of($"<img src=\"{Image(answer.RunId, id)}\" alt=\"Image {i + 1} with the caption “{c.Caption}”\" loading=\"lazy\" />")))}</td></tr>

            """)))}</tbody></table></section>
        """);

    /// <summary>Why nothing was found.</summary>
    public static Markup Refused(string why) => Show.Refusal(Markup.Of($"<p>{why}</p>"));

    private static Markup NoModel() => Show.Empty(new Markup(
        "<p><strong>No trained model yet.</strong> The search needs a run that has trained and embedded at least one variant. <a href=\"/#start\">Start a run</a>.</p>"));

    private static Markup RunPicker(SearchQuery query, IReadOnlyList<RunLine> runs) => Markup.Of($"""
        <form action="/search" method="get" class="filter">
        {Field.Select("search-run", "run", "Models of run", runs.Select(r => (r.Run.Id, r.Run.Id)), query.Run)}
        <button type="submit" class="second">Use its models</button></form>
        """);

    private static Markup Models(string id, SearchQuery query, IReadOnlyList<string> models) => Field.Select(
        id, "model", "Model", [("", "the best one"), .. models.Select(m => (m, Title(m)))], query.Model);

    private static Markup Splits(string id, SearchQuery query, IReadOnlyList<string> splits) => splits.Count < 2 ? Markup.None : Field.Select(
        id, "split", "Split", [("", "all that the run evaluates"), .. splits.Select(s => (s, s))], query.Split);

    private static string Title(string model) => model.LastIndexOf('/') is > 0 and var at ? $"{RunFormatter.Variant(model[..at])}, seed {model[(at + 1)..]}" : model;

    private static Markup Model<T>(SearchAnswer<T> answer) => Markup.Of($"""
        <p class="quiet">{TextFormatter.WithSubscripts(RunFormatter.Variant(answer.Variant))}, seed {answer.Seed}{(answer.Why.Length > 0 ? $" ({answer.Why})" : "")}, in {answer.Dataset}, {answer.Scope}. The number is the cosine: 1 is the same direction, 0 unrelated.</p>
        """);

    private static string Image(string run, string mediaItem) => RunFormatter.Href(run, $"/media?id={Show.Segment(mediaItem)}", api: true);
}
