using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace ContrastivePipeline.Web.Api;

/// <summary>The API, for any host of ASP.NET Core endpoints.</summary>
public static class ContrastiveApi
{
    /// <summary>Registers what the endpoints work with.</summary>
    public static IServiceCollection AddContrastiveApi(this IServiceCollection services, WebParts parts)
    {
        services.AddRouting();
        // Errors of a parameter become problems in the middleware, like all others.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.AddSingleton(parts).AddSingleton(parts.Time).AddSingleton(parts.Store).AddSingleton(parts.Experiments);
        services.AddSingleton<RunStore>().AddSingleton<RunActivity>().AddSingleton<RunCatalog>().AddSingleton<RunReader>();
        services.AddSingleton<RunFeeds>().AddSingleton(_ => new Searcher(parts.Store));
        services.AddSingleton(new DatasetCatalog(parts.Store, parts.Time)).AddSingleton<DatasetReader>();
        services.AddOpenApi("v1", ApiDocument.Describe);
        return services;
    }

    /// <summary>Gives every error below this a body; goes before everything else.</summary>
    public static IApplicationBuilder UseContrastiveProblems(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();

    /// <summary>Maps everything under <c>/api</c>, and <c>/openapi/v1.json</c>, the document's older address.</summary>
    public static void MapContrastiveApi(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        routes.MapOpenApi("/api/openapi/{documentName}.json");
        var api = routes.MapGroup("/api");
        api.MapHealth();
        api.MapRuns();
        api.MapExperiments();
        api.MapDatasets();
        api.MapSearch();
    }
}

/// <summary>The server works, and its store answers.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Version">Version of the program.</param>
public sealed record Health(string Status, string Version);

internal static class HealthEndpoint
{
    public static void MapHealth(this IEndpointRouteBuilder api) => api
        .MapGet("/health", async (RunStore runs, CancellationToken cancellationToken) =>
        {
            // Any read will do: it is the answer that counts.
            await runs.GetAsync("none-00000000-000000-0000", cancellationToken);
            return new Health("ok", ProgramVersion.Text);
        })
        .WithName("health").WithTags("server").WithSummary("Whether the server works and its store answers; needs no key.")
        .Produces<Problem>(503, Problem.MediaType)
        .AllowAnonymous();
}

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
internal static class ApiDocument
{
    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "ContrastivePipeline",
                Version = ProgramVersion.Text,
                Description = "Runs, results, artifacts and datasets of a contrastive pipeline. "
                    + "Every error is application/problem+json (RFC 9457). "
                    + "Where the server has API keys, send one as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.",
            };
            // Whoever reads the document knows where it came from; a proxy may have called the server by another name.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key" },
            };
            document.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] },
            ];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(double) || type == typeof(float))
            {
                // "NaN", "Infinity" and "-Infinity" are strings; the generator has no words for that.
                var isNullable = type != context.JsonTypeInfo.Type;
                schema.Type = JsonSchemaType.Number | JsonSchemaType.String | (isNullable ? JsonSchemaType.Null : 0);
                schema.AnyOf = schema.OneOf = null;
                schema.Enum = null;
            }
            return Task.CompletedTask;
        });
    }
}
