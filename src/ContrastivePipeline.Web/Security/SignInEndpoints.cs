using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Security;

/// <summary>Where the dashboard's sign-in form goes.</summary>
public static class SignInEndpoints
{
    /// <summary>Name of the form's field.</summary>
    public const string KeyField = "key";

    /// <summary>
    /// Maps <c>POST /sign-in</c> (form fields <c>key</c> and <c>return</c>; then to the page that was asked for, or back to
    /// <c>/sign-in?wrong</c>) and <c>POST /sign-out</c>.
    /// </summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(AccessCheck.SignInPath, async (HttpContext context, SignedIn signedIn) =>
            {
                var form = await context.Request.ReadFormAsync(context.RequestAborted);
                var entered = signedIn.TryEnter(context, form[KeyField].ToString());
                var back = ReturnAddress.Of(form[ReturnAddress.Field]);
                var again = ReturnAddress.SignIn(back);
                return SeeOther(context, entered ? back : $"{again}{(again.Contains('?') ? '&' : '?')}wrong");
            })
            .Accepts<IFormCollection>("application/x-www-form-urlencoded")
            .WithMetadata(new RequestSizeLimitAttribute(16 << 10)).AllowAnonymous().Changes(Changed.Nothing).ExcludeFromDescription();
        routes.MapPost("/sign-out", (HttpContext context, SignedIn signedIn) =>
            {
                signedIn.Leave(context);
                return SeeOther(context, AccessCheck.SignInPath);
            })
            .AllowAnonymous().Changes(Changed.Nothing).ExcludeFromDescription();
    }

    private static IResult SeeOther(HttpContext context, string path)
    {
        context.Response.Headers.Location = path;
        return Results.StatusCode(303);
    }
}

/// <summary>The page that a browser asked for before it had to sign in: where it goes afterwards. Never another site.</summary>
internal static class ReturnAddress
{
    /// <summary>Name of the query parameter and of the form's field.</summary>
    public const string Field = "return";

    private const string Home = "/";

    /// <summary>The sign-in page that leads back to a path with its query.</summary>
    public static string SignIn(string pathAndQuery) =>
        pathAndQuery == Home ? AccessCheck.SignInPath : $"{AccessCheck.SignInPath}?{Field}={Uri.EscapeDataString(pathAndQuery)}";

    /// <summary>What a client sent, if it is a page of this server; else the first page.</summary>
    /// <remarks>A browser reads <c>//host</c> and <c>/\host</c> as another site; a header takes printable ASCII only.</remarks>
    public static string Of(string? sent) =>
        sent is ['/', ..] && RedirectHttpResult.IsLocalUrl(sent) && sent.All(c => c is > ' ' and < '\x7f')
        && !sent.StartsWith(AccessCheck.SignInPath, StringComparison.Ordinal) ? sent : Home;
}
