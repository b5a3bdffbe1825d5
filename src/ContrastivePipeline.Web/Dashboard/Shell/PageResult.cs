using System.Text;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>Answers with HTML: a page, or the part of one that a script asked for.</summary>
internal sealed class PageResult : IResult
{
    private readonly Func<HttpContext, string> _html;
    private readonly int _status;

    private PageResult(Func<HttpContext, string> html, int status) => (_html, _status) = (html, status);

    /// <summary>A whole page.</summary>
    public static PageResult Of(Page page) => new(context => Frame.Render(page, IsSignedIn(context)), page.Status);

    /// <summary>A part of a page.</summary>
    public static PageResult Of(Markup part) => new(_ => part.Html, StatusCodes.Status200OK);

    /// <summary>Sends the browser on to a page that it may load again without doing anything twice.</summary>
    public static IResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = Encoding.UTF8.GetBytes(_html(httpContext));
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    private static bool IsSignedIn(HttpContext context) => context.RequestServices.GetRequiredService<SignedIn>().Includes(context);
}
