namespace ContrastivePipeline.Reporting.Html;

/// <summary>Queries with what the model found, right and wrong.</summary>
internal static class ExamplesSection
{
    // Base64 adds a third; the whole report stays under about 5 MB.
    private const int MostImageBytes = 2_600_000;

    public static Markup Write(ReportData data)
    {
        if (data.Examples.Count == 0)
            return Markup.None;
        var variants = data.Variants.Where(v => data.Examples.Any(e => e.Variant == v.Id)).ToList();
        var html = new HtmlWriter();
        html.Write($"<p>Best results first, with their cosine similarity. ✓ and a frame mark what counts as right.</p>\n");
        int left = 0;
        foreach (var variant in variants)
            left += WriteVariant(html, data, variant, MostImageBytes / variants.Count);
        if (left > 0)
            html.Write($"<p class=\"quiet\">{left} more examples are left out to keep this file small.</p>\n");
        return html.ToMarkup();
    }

    private static int WriteVariant(HtmlWriter html, ReportData data, VariantSummary variant, int budget)
    {
        int left = 0;
        html.Write($"<h3>{TextFormatter.WithSubscripts(variant.Title)}</h3>\n<div class=\"examples\">\n");
        foreach (var example in data.Examples.Where(e => e.Variant == variant.Id))
        {
            budget -= example.Results.Select(r => r.Item).Append(example.Query).Sum(i => i.Png?.Length ?? 0);
            if (budget < 0)
                left++;
            else
                WriteExample(html, data, example);
        }
        html.Write($"</div>\n");
        return left;
    }

    private static void WriteExample(HtmlWriter html, ReportData data, RetrievalExample example)
    {
        bool images = example.Results.Any(r => r.Item.Png is not null);
        string rank = example.RightRank is { } r ? (r == 1 ? "right at once" : $"first right result at rank {TextFormatter.Count(r)}") : "";
        string where = $"{TextFormatter.SplitTitle(data, example.Dataset, example.Split)}, seed {example.Seed}";
        string detail = string.Join(" · ", new[] { where, rank }.Where(t => t.Length > 0));
        var query = example.Query.Png is { } png
            ? Markup.Of($"{Image(png, $"Query: {example.Query.Text}")}<p>{example.Query.Text}<br /><small>{detail}</small></p>")
            : Markup.Of($"<p>“{example.Query.Text}”<br /><small>{detail}</small></p>");
        html.Write($"<div class=\"example\"><div class=\"query\">{query}</div>\n<ol class=\"hits{(images ? "" : " texts")}\">\n");
        foreach (var result in example.Results)
            html.Write($"<li class=\"hit{(result.Right ? " right" : "")}\">{Hit(result)}</li>\n");
        html.Write($"</ol></div>\n");
    }

    private static Markup Hit(RetrievedItem result)
    {
        string mark = result.Right ? "✓" : "✗", says = result.Right ? "right" : "wrong";
        var score = Markup.Of($"<span class=\"score\"><span role=\"img\" aria-label=\"{says}\">{mark}</span> {TextFormatter.Number(result.Score, "0.00")}</span>");
        return result.Item.Png is { } png
            ? Markup.Of($"{Image(png, result.Item.Text)}{score}")
            : Markup.Of($"{score}<span class=\"text\">{result.Item.Text}</span>");
    }

    private static Markup Image(byte[] png, string alt) =>
        Markup.Of($"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" alt=\"{(string.IsNullOrWhiteSpace(alt) ? "image without a caption" : alt)}\" title=\"{alt}\" />");
}
