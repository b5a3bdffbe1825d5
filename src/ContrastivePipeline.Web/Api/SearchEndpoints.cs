using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api;

internal static class SearchEndpoints
{
    private const int LongestText = 1_000;
    private const int MostFound = 100;

    private static readonly string[] Images = ["image/png", "image/jpeg", "image/webp", "image/gif", "application/octet-stream"];

    public static void MapSearch(this IEndpointRouteBuilder api)
    {
        var search = api.MapGroup("/search").WithTags("search");
        search.MapGet("", MediaAsync).WithName("search-media")
            .WithSummary("The media that a trained model of a run puts nearest to a text; "
                + "the run's best model unless variant or seed say which, "
                + "in the splits that the run evaluates unless split (several times for several) says which of them.")
            .ProducesProblems(400, 404);
        search.MapPost("", CaptionsAsync).Changes(Changed.Nothing).WithName("search-captions")
            .WithSummary("The captions that a trained model of a run puts nearest to an image, which is the body: "
                + "PNG, JPEG, WebP or GIF, at most 16 MiB. "
                + "variant, seed and split are as for texts.")
            .Accepts<Stream>(Images[0], Images[1..])
            .ProducesProblems(400, 404, 413, 415, 422);
        api.MapGet("/runs/{id}/media", ImageAsync).WithTags("search").WithName("get-media item")
            .WithSummary("An image of the dataset that a run trained on.")
            .Produces<string>(200, "image/png", "image/jpeg").ProducesNotFound();
    }

    private static async Task<SearchAnswer<FoundMediaItem>> MediaAsync(
        string run, string text, RunReader runs, Searcher searcher, CancellationToken cancellationToken,
        string? variant = null, long? seed = null, int top = 10, string[]? split = null)
    {
        RequestCheck.Range(top, 1, MostFound, "top");
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText)
            throw new ApiException(Problem.BadRequest($"'text' is what to look for: 1 to {LongestText:N0} characters."));
        return await searcher.FindMediaAsync(
            await runs.FindAsync(run, cancellationToken), new SearchWish(variant, seed, split ?? []), text, top, cancellationToken);
    }

    private static async Task<SearchAnswer<FoundCaption>> CaptionsAsync(
        string run, HttpRequest request, RunReader runs, Searcher searcher, CancellationToken cancellationToken,
        string? variant = null, long? seed = null, int top = 10, [FromQuery] string[]? split = null)
    {
        RequestCheck.Range(top, 1, MostFound, "top");
        var found = await runs.FindAsync(run, cancellationToken);
        var image = await request.ReadAsync(QueryImage.MaxBytes, cancellationToken);
        return await searcher.FindCaptionsAsync(found, new SearchWish(variant, seed, split ?? []), image, top, cancellationToken);
    }

    private static async Task<IResult> ImageAsync(
        string id, [FromQuery(Name = "id")] string mediaItem, RunReader runs, Searcher searcher, CancellationToken cancellationToken)
    {
        var found = await searcher.FindMediaItemAsync(await runs.FindAsync(id, cancellationToken), mediaItem, cancellationToken)
            ?? throw new ApiException(Problem.NotFound("The run's dataset has no media item of this id."));
        return TypedResults.Bytes(found.Bytes, found.Bytes is [0xFF, 0xD8, ..] ? "image/jpeg" : "image/png");
    }
}
