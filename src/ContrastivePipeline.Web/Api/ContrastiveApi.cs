using System.Text.Json.Serialization;
using ContrastivePipeline.Web.Api.Runs;
using ContrastivePipeline.Web.Hosting;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;
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
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            foreach (var converter in WorkflowJson.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        services.AddSingleton(parts).AddSingleton(parts.Time).AddSingleton(parts.Store);
        services.AddSingleton<RunStore>().AddSingleton<RunActivity>().AddSingleton<RunCatalog>();
        services.AddOpenApi("v1");
        return services;
    }

    /// <summary>Maps everything under <c>/api</c>, and <c>/openapi/v1.json</c>.</summary>
    public static void MapContrastiveApi(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        var api = routes.MapGroup("/api");
        api.MapHealth();
        api.MapRuns();
    }
}
