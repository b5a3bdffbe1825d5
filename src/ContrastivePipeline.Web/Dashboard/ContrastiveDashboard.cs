using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Web.Dashboard;

/// <summary>The pages, for any host of ASP.NET Core endpoints.</summary>
public static class ContrastiveDashboard
{
    /// <summary>Registers what the pages work with; the API's own registrations are needed too.</summary>
    public static IServiceCollection AddContrastiveDashboard(this IServiceCollection services) =>
        services.AddSingleton<DashboardParts>().AddSingleton<IProblemPage, HtmlProblems>();

    /// <summary>Maps the pages and what they load.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/assets/{name}", (string name, HttpContext context) => Asset.Serve(name, context)).AllowAnonymous();
        pages.MapGet("/sign-in", (HttpRequest request) => PageResult.Page<SignInPage>(new()
        {
            [nameof(SignInPage.IsWrong)] = request.Query.ContainsKey("wrong"),
            [nameof(SignInPage.Back)] = ReturnAddress.Of(request.Query[ReturnAddress.Field]),
        })).AllowAnonymous();
        pages.MapRunPages();
        pages.MapComparePages();
        pages.MapDatasetPages();
        pages.MapSearchPages();
    }
}

/// <summary>Answers with a problem as a page, for a person who followed a link or pressed a button.</summary>
internal sealed class HtmlProblems : IProblemPage
{
    public Task WriteAsync(HttpContext context, Problem problem)
    {
        var page = PageResult.Page<ProblemPage>(new()
        {
            [nameof(ProblemPage.Title)] = problem.Title,
            // The detail of an unknown address speaks of the API.
            [nameof(ProblemPage.Detail)] = problem is { Status: 404, Type: "about:blank" }
                ? "There is no page at this address."
                : problem.ForPages ?? problem.Detail,
        }, problem.Status);
        return page.ExecuteAsync(context);
    }
}
