using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Web.Security;

/// <summary>Stops requests with paths that climb, by a foreign name, from a foreign page, or without a key where one is needed.</summary>
internal sealed class AccessCheck(RequestDelegate next, AccessRules rules, SignedIn signedIn)
{
    /// <summary>Where browsers are sent to sign in.</summary>
    public const string SignInPath = "/sign-in";

    private const string KeyHeader = "X-Api-Key";

    public Task InvokeAsync(HttpContext context)
    {
        if (HasDots(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
            throw new ApiException(Problem.BadRequest("The path has '.' or '..' as a segment; write it without."));
        if (rules.LoopbackOnly && !IsLoopbackName(context.Request.Host.Host))
            throw new ApiException(Problem.ForeignHost());
        if (IsForeign(context.Request))
            throw new ApiException(Problem.CrossSite());
        if (rules.Keys.IsEmpty || IsOpenToAll(context) || HasKey(context.Request) || signedIn.Includes(context))
            return next(context);
        if (!IsPage(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiException(Problem.KeyNeeded());
        }
        context.Response.Headers.Location = ReturnAddress.SignIn(context.Request.GetEncodedPathAndQuery());
        context.Response.StatusCode = 303;
        return Task.CompletedTask;
    }

    private bool HasKey(HttpRequest request)
    {
        var key = request.Headers[KeyHeader].ToString();
        var authorization = request.Headers.Authorization.ToString();
        const string Scheme = "Bearer ";
        if (key.Length == 0 && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            key = authorization[Scheme.Length..].Trim();
        return key.Length > 0 && rules.Keys.Contains(key);
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    // Every client resolves these itself; who sends them wants to see whether something here resolves them wrongly.
    private static bool HasDots(string target) => target.Split('?')[0].Split('/', '\\')
        .Any(segment => segment.Length is > 0 and <= 6 && Uri.UnescapeDataString(segment) is "." or "..");

    // Browsers say where a request comes from; programs that are no browsers say nothing and carry no cookies. A person may follow a
    // link from anywhere to a page here.
    private static bool IsForeign(HttpRequest request)
    {
        var safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is not ("same-origin" or "none") && !(safe && request.Headers["Sec-Fetch-Mode"] == "navigate");
        var origin = request.Headers.Origin.ToString();
        return !safe && origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}";
    }

    private static bool IsOpenToAll(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/openapi")
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Whom to let in.</summary>
/// <param name="Keys">The keys; without any, everyone who reaches the server may enter.</param>
/// <param name="LoopbackOnly">
/// Whether the server listens on a loopback address and has no keys, and so must be called by a loopback name: a page whose own name was
/// made to point to this machine gives itself away by that name. With keys such a page gets nothing, and a proxy on this machine may pass
/// on the name that it is called by.
/// </param>
public sealed record AccessRules(ApiKeys Keys, bool LoopbackOnly);

/// <summary>Registers what the checks need.</summary>
public static class SecurityServices
{
    /// <summary>Adds the rules and the memory of who is signed in.</summary>
    public static IServiceCollection AddContrastiveSecurity(this IServiceCollection services, AccessRules rules) =>
        services.AddSingleton(rules).AddSingleton<SignedIn>();
}
