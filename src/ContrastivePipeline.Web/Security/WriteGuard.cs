using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Security;

/// <summary>What an endpoint with an unsafe method changes.</summary>
internal enum Changed
{
    /// <summary>Nothing in the store: a search by image, a sign-in.</summary>
    Nothing,

    /// <summary>Runs.</summary>
    Runs,

    /// <summary>Datasets.</summary>
    Datasets,
}

/// <summary>
/// The one place that refuses changes where the server only shows things (<c>--no-runs</c>), for the API and the dashboard alike. An
/// endpoint that does not declare what it changes counts as changing everything: a new one cannot slip past.
/// </summary>
internal sealed class WriteGuard(RequestDelegate next, WebParts parts)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Routing answers a wrong method or content type with an endpoint of its own, which is no route.
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
            || context.GetEndpoint() is not RouteEndpoint endpoint || IsAllowed(endpoint.Metadata.GetMetadata<Declared>()))
        {
            return next(context);
        }
        throw new ApiException(Problem.Of(403, "read-only", "This server changes nothing",
            "The server was started to show things only (--no-runs): it starts no runs and changes no datasets."));
    }

    private bool IsAllowed(Declared? declared) => declared?.Changed switch
    {
        Changed.Nothing => true,
        Changed.Runs => parts.Control is not null,
        Changed.Datasets => parts.Refreshes is not null,
        _ => parts.Control is not null && parts.Refreshes is not null,
    };

    internal sealed record Declared(Changed Changed);
}

/// <summary>How endpoints declare what they change.</summary>
internal static class WriteGuardEndpoints
{
    /// <summary>Declares what an endpoint changes.</summary>
    public static TBuilder Changes<TBuilder>(this TBuilder endpoint, Changed what)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new WriteGuard.Declared(what));
}
