using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Security;

/// <summary>Where the dashboard's sign-in form goes.</summary>
public static class SignInEndpoints
{
    /// <summary>Name of the form's field.</summary>
    public const string KeyField = "key";

    /// <summary>
    /// Maps <c>POST /sign-in</c> (form field <c>key</c>; then to <c>/</c>, or back to <c>/sign-in?wrong</c>) and <c>POST /sign-out</c>.
    /// </summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(AccessCheck.SignInPath, async (HttpContext context, SignedIn signedIn) =>
            {
                var form = await context.Request.ReadFormAsync(context.RequestAborted);
                var entered = signedIn.TryEnter(context, form[KeyField].ToString());
                return SeeOther(context, entered ? "/" : $"{AccessCheck.SignInPath}?wrong");
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
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
