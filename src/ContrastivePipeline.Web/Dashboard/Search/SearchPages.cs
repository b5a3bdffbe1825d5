using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Web.Security;
using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Pipeline;
using ContrastivePipeline.Workflow.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Search;

/// <summary>Addresses of the search.</summary>
internal static class SearchPages
{
    private const int Top = 12;
    private const int LongestText = 1_000;

    // An image larger than this is not sent back to be shown.
    private const int LargestShown = 1 << 20;

    public static void MapSearchPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/search", TextAsync);
        pages.MapPost("/search", ImageAsync).Changes(Changed.Nothing).WithMetadata(new RequestSizeLimitAttribute(QueryImage.MaxBytes + (64 << 10)));
    }

    private static async Task<IResult> TextAsync(
        DashboardParts parts, Searcher searcher, CancellationToken cancellationToken,
        string? run = null, string? model = null, string? text = null, string? split = null)
    {
        var query = new SearchQuery(run ?? "", model ?? "", (text ?? "").Trim(), split ?? "");
        return await AnswerAsync(parts, query, async line => query.Text.Length is 0 or > LongestText
            ? query.Text.Length == 0 ? Markup.None : SearchPage.Refused($"The text has {TextFormatter.Count(query.Text.Length)} characters; at most {LongestText} are looked for.")
            : SearchPage.Found(await searcher.FindMediaAsync(line.Run, query.Wish, query.Text, Top, cancellationToken), query.Text), cancellationToken);
    }

    private static async Task<IResult> ImageAsync(HttpRequest request, DashboardParts parts, Searcher searcher, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(cancellationToken);
        var query = new SearchQuery(form["run"].ToString(), form["model"].ToString(), "", form["split"].ToString());
        return await AnswerAsync(parts, query, async line =>
        {
            if (form.Files.GetFile("file") is not { Length: > 0 } file)
                return SearchPage.Refused("Choose an image first.");
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, cancellationToken);
            var image = bytes.ToArray();
            var found = await searcher.FindCaptionsAsync(line.Run, query.Wish, image, Top, cancellationToken);
            return SearchPage.Found(found, image.Length > LargestShown ? null : "data:image/png;base64," + Convert.ToBase64String(image));
        }, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        DashboardParts parts, SearchQuery query, Func<RunLine, Task<Markup>> find, CancellationToken cancellationToken)
    {
        var runs = (await parts.RunsAsync(cancellationToken)).Where(HasModel).ToList();
        if (runs.Count == 0)
            return PageResult.Of(SearchPage.Write(query, runs, [], [], Markup.None));
        var line = query.Run.Length == 0 ? runs[0] : runs.FirstOrDefault(r => r.Run.Id == query.Run);
        if (line is null)
        {
            var why = SearchPage.Refused($"Run '{query.Run}' has no trained model to search with, or is not there. These have one.");
            return PageResult.Of(SearchPage.Write(query with { Run = runs[0].Run.Id, Model = "" }, runs, [], [], why) with
            {
                Status = StatusCodes.Status404NotFound,
            });
        }
        query = query with { Run = line.Run.Id };
        List<string> models = [], splits = [];
        try
        {
            var trained = await new RunProducts(parts.Store, line.Run).ReadModelsAsync(cancellationToken);
            models = [.. trained.Select(m => $"{m.Variant}/{m.Recipe.Seed}")];
            splits = [.. trained.SelectMany(m => m.Splits).Distinct()];
            return PageResult.Of(SearchPage.Write(query, runs, models, splits, await find(line)));
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: < 500 } problem)
        {
            return PageResult.Of(SearchPage.Write(query, runs, models, splits, SearchPage.Refused(problem.Detail)) with { Status = problem.Status });
        }
    }

    private static bool HasModel(RunLine line) =>
        line.Input is not null && line.Run.Stages.Any(s => s.Name == PipelineStages.Embed.Name && s.State == RunState.Completed);
}
