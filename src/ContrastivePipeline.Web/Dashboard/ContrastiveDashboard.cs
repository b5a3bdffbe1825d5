using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Dashboard;

/// <summary>The pages.</summary>
public static class ContrastiveDashboard
{
    /// <summary>Maps the pages.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes) => routes.MapGet("/", () => Results.Content(
        "<!doctype html><html lang=\"en\"><title>ContrastivePipeline</title><p><a href=\"/api/runs\">Runs</a></p></html>", "text/html; charset=utf-8"))
        .ExcludeFromDescription();
}
