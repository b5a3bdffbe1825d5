using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

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
        services.AddSingleton<RunStore>().AddSingleton<RunActivity>().AddSingleton<RunCatalog>().AddSingleton<RunReader>().AddSingleton<RunFeeds>();
        services.AddSingleton(_ => new Searcher(parts.Store)).AddSingleton(new DatasetCatalog(parts.Store, parts.Time)).AddSingleton<DatasetReader>();
        services.AddOpenApi("v1", ApiDocument.Describe);
        return services;
    }

    /// <summary>Gives every error below this a body; goes before everything else.</summary>
    public static IApplicationBuilder UseContrastiveProblems(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();

    /// <summary>Address of the OpenAPI document on every host: some serve nothing outside of <c>/api</c>.</summary>
    public const string Document = "/api/openapi/v1.json";

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
