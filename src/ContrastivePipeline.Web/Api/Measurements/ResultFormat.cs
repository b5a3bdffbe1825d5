using System.Text;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Api.Measurements;

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
                ?? throw new ApiException(Problem.BadRequest($"'format' is none of {string.Join(", ", All.Select(format => format.Name))}."));
        }
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
            return Json;
        return accepted.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1)
                .Select(type => All.FirstOrDefault(format => new Microsoft.Net.Http.Headers.MediaTypeHeaderValue(format.MediaType).IsSubsetOf(type)))
                .FirstOrDefault(format => format is not null)
            ?? throw new ApiException(Problem.OfStatus(
                StatusCodes.Status406NotAcceptable, $"Results come as {string.Join(", ", All.Select(format => format.MediaType))}."));
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
