using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace ContrastivePipeline.Web;

/// <summary>What the OpenAPI document says of answers.</summary>
internal static class Described
{
    /// <summary>A problem of each of these statuses.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<Problem>(status, Problem.MediaType);
        return endpoint;
    }

    /// <summary>404.</summary>
    public static RouteHandlerBuilder ProducesNotFound(this RouteHandlerBuilder endpoint) => endpoint.ProducesProblems(404);

    /// <summary>A file with conditions and ranges.</summary>
    public static RouteHandlerBuilder ProducesFile(this RouteHandlerBuilder endpoint, string mediaType) => endpoint
        .Produces<string>(200, mediaType)
        .Produces<string>(206, mediaType)
        .Produces(304)
        .ProducesProblems(400, 412, 416)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var format = mediaType.StartsWith("text/", StringComparison.Ordinal) ? null : "binary";
            Replace(operation, mediaType, new OpenApiSchema { Type = JsonSchemaType.String, Format = format });
            return Task.CompletedTask;
        });

    /// <summary>Says which words a parameter of the query may be.</summary>
    public static RouteHandlerBuilder WithEnumValues<T>(this RouteHandlerBuilder endpoint, string parameter)
        where T : struct, Enum => endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var schema = (OpenApiSchema)operation.Parameters!.Single(p => p.Name == parameter).Schema!;
            schema.Enum = [.. RequestCheck.WordsOf<T>().Select(word => (JsonNode)word)];
            return Task.CompletedTask;
        });

    /// <summary>Gives answers of a media type another schema.</summary>
    public static void Replace(OpenApiOperation operation, string mediaType, IOpenApiSchema schema)
    {
        foreach (var (_, response) in operation.Responses ?? [])
        {
            if (response.Content?.TryGetValue(mediaType, out var content) == true)
                content.Schema = schema;
        }
    }
}
