using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard.Search;

/// <summary>Addresses of the search.</summary>
internal static class SearchPageEndpoints
{
    private const int Top = 12;
    private const int LongestText = 1_000;

    // An image larger than this is not sent back to be shown.
    private const int LargestShown = 1 << 20;

    public static void MapSearchPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/search", TextAsync);
        pages.MapPost("/search", ImageAsync).Changes(Changed.Nothing)
            .WithMetadata(new RequestSizeLimitAttribute(QueryImage.MaxBytes + (64 << 10)));
    }

    private static async Task<IResult> TextAsync(
        DashboardParts parts, Searcher searcher, CancellationToken cancellationToken,
        string? run = null, string? model = null, string? text = null, string? split = null)
    {
        var query = new SearchQuery(run ?? "", model ?? "", (text ?? "").Trim(), split ?? "");
        return await AnswerAsync(parts, query, async line => query.Text.Length switch
        {
            0 => new SearchOutcome(),
            > LongestText => Refused($"The text has {Format.Count(query.Text.Length)} characters; at most {LongestText} are looked for."),
            _ => new SearchOutcome { Media = await searcher.FindMediaAsync(line.Run, query.Wish, query.Text, Top, cancellationToken) },
        }, cancellationToken);
    }

    private static async Task<IResult> ImageAsync(
        HttpRequest request, DashboardParts parts, Searcher searcher, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(cancellationToken);
        var query = new SearchQuery(form["run"].ToString(), form["model"].ToString(), "", form["split"].ToString());
        return await AnswerAsync(parts, query, async line =>
        {
            if (form.Files.GetFile("file") is not { Length: > 0 } file)
                return Refused("Choose an image first.");
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, cancellationToken);
            var image = bytes.ToArray();
            return new SearchOutcome
            {
                Captions = await searcher.FindCaptionsAsync(line.Run, query.Wish, image, Top, cancellationToken),
                Sent = image.Length > LargestShown ? null : "data:image/png;base64," + Convert.ToBase64String(image),
            };
        }, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        DashboardParts parts, SearchQuery query, Func<RunLine, Task<SearchOutcome>> find, CancellationToken cancellationToken)
    {
        var runs = (await parts.RunsAsync(cancellationToken)).Where(HasModel).ToList();
        var choices = new SearchChoices([.. runs.Select(r => r.Run.Id)], [], []);
        if (runs.Count == 0)
            return Page(query, choices, new SearchOutcome());
        var line = query.Run.Length == 0 ? runs[0] : runs.FirstOrDefault(r => r.Run.Id == query.Run);
        if (line is null)
        {
            var why = Refused($"Run '{query.Run}' has no trained model to search with, or is not there. These have one.");
            return Page(query with { Run = runs[0].Run.Id, Model = "" }, choices, why, 404);
        }
        query = query with { Run = line.Run.Id };
        try
        {
            var trained = await new RunProducts(parts.Store, line.Run).ReadModelsAsync(cancellationToken);
            choices = choices with
            {
                Models = [.. trained.Select(m => $"{m.Variant}/{m.Seed}")],
                Splits = [.. trained.SelectMany(m => m.Splits).Distinct()],
            };
            return Page(query, choices, await find(line));
        }
        catch (Exception fault) when (ProblemMap.Of(fault) is { Status: < 500 } problem)
        {
            return Page(query, choices, Refused(problem.Detail), problem.Status);
        }
    }

    private static PageResult Page(SearchQuery query, SearchChoices choices, SearchOutcome outcome, int status = 200) =>
        PageResult.Page<SearchPage>(new()
        {
            [nameof(SearchPage.Query)] = query,
            [nameof(SearchPage.Choices)] = choices,
            [nameof(SearchPage.Outcome)] = outcome,
        }, status);

    private static SearchOutcome Refused(string why) => new() { Refusal = why };

    private static bool HasModel(RunLine line) =>
        line.Input is not null && line.Run.Stages.Any(s => s.Name == PipelineStages.Embed.Name && s.State == RunState.Completed);
}
