using System.IO.Enumeration;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ContrastivePipeline.Web.Api;

internal static class ResultEndpoints
{
    private const int MostPoints = 100_000;

    public static void MapResults(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id}/results", GetAsync).WithName("get-results")
        .WithSummary("Every number of a run so far, as JSON, CSV or Parquet. metric and variant may hold * for anything; "
            + "each filter may be given several times.")
        .Produces<IReadOnlyList<Measurement>>(
            200, ResultFormat.Json.MediaType, ResultFormat.Csv.MediaType, ResultFormat.Parquet.MediaType)
        .ProducesProblems(400, 404, 406)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            Described.Replace(operation, ResultFormat.Csv.MediaType, new OpenApiSchema { Type = JsonSchemaType.String });
            var binary = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            Described.Replace(operation, ResultFormat.Parquet.MediaType, binary);
            return Task.CompletedTask;
        });
        runs.MapGet("/{id}/curves", CurvesAsync).WithName("get-curves")
            .WithSummary("What training wrote down so far: losses, learning rate and logit scale, of every variant and seed; "
                + "at most so many points each, evenly chosen; "
                + "of trainings of more than 10,000 steps a point is the mean of some in a row.")
            .ProducesProblems(400, 404);
    }

    private static async Task<IReadOnlyList<TrainingCurve>> CurvesAsync(
        string id, RunReader runs, CancellationToken cancellationToken, string? variant = null, int? seed = null, int points = 1_000)
    {
        RequestCheck.Range(points, 1, MostPoints, "points");
        var curves = await runs.CurvesAsync(await runs.FindAsync(id, cancellationToken), cancellationToken);
        var wanted = curves.Where(c => (variant is null || c.Variant == variant) && (seed is null || c.Seed == seed));
        return [.. wanted.Select(c => RunCurves.Thin(c, points))];
    }

    private static async Task<IResult> GetAsync(
        string id, RunReader runs, HttpContext context, CancellationToken cancellationToken,
        string? format = null, string[]? metric = null, string[]? variant = null, string[]? split = null, int[]? seed = null)
    {
        var form = ResultFormat.Of(context.Request, format);
        var run = await runs.FindAsync(id, cancellationToken);
        var all = await runs.MeasurementsAsync(run, cancellationToken);
        if (run.State == RunState.Completed)
        {
            Require("metric", metric, all.Select(m => m.Metric));
            Require("variant", variant, all.Select(m => m.Variant));
            Require("split", split, all.Select(m => m.Split));
        }
        Measurement[] wanted =
        [
            .. all.Where(m => Fits(metric, m.Metric) && Fits(variant, m.Variant) && Fits(split, m.Split)
                && (seed is null or [] || seed.Contains(m.Seed))),
        ];
        context.Response.Headers.Vary = "Accept";
        return TypedResults.Bytes(
            await form.WriteAsync(wanted, cancellationToken), form.MediaType, form == ResultFormat.Json ? null : $"{id}.{form.Name}");
    }

    private static void Require(string what, string[]? patterns, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct()];
        if (patterns?.FirstOrDefault(pattern => !names.Any(name => Matches(pattern, name))) is not null)
            throw new ApiException(Problem.BadRequest($"The run has no such {what}; it has {string.Join(", ", names)}."));
    }

    private static bool Fits(string[]? patterns, string name) => patterns is null or [] || patterns.Any(pattern => Matches(pattern, name));

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}

/// <summary>A form that results come in.</summary>
/// <param name="Name">What a query calls it.</param>
/// <param name="MediaType">What an Accept header calls it.</param>
internal sealed record ResultFormat(string Name, string MediaType)
{
    public static ResultFormat Json { get; } = new("json", "application/json");

    public static ResultFormat Csv { get; } = new("csv", "text/csv");

    public static ResultFormat Parquet { get; } = new("parquet", "application/vnd.apache.parquet");

    private static ResultFormat[] All => [Json, Csv, Parquet];

    /// <summary>The format that a request wants: by name, else by its Accept header, else JSON.</summary>
    /// <exception cref="ApiException">None of these (400, 406).</exception>
    public static ResultFormat Of(HttpRequest request, string? name)
    {
        if (name is not null)
        {
            return All.FirstOrDefault(format => format.Name == name)
                ?? throw new ApiException(Problem.BadRequest(
                    $"'format' is none of {string.Join(", ", All.Select(format => format.Name))}."));
        }
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
            return Json;
        return accepted.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1)
                .Select(type => All.FirstOrDefault(format => new MediaTypeHeaderValue(format.MediaType).IsSubsetOf(type)))
                .FirstOrDefault(format => format is not null)
            ?? throw new ApiException(Problem.OfStatus(
                406, $"Results come as {string.Join(", ", All.Select(format => format.MediaType))}."));
    }

    /// <summary>Writes results in this form.</summary>
    public async Task<byte[]> WriteAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellationToken)
    {
        if (this == Json)
            return Encoding.UTF8.GetBytes(ResultsFiles.Json(measurements));
        if (this == Csv)
            return Encoding.UTF8.GetBytes(ResultsFiles.Csv(measurements));
        return await ResultsParquet.WriteAsync(measurements, cancellationToken);
    }
}
