using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>Answers with HTML: a page, or the part of one that a script asked for.</summary>
internal sealed class PageResult : IResult
{
    private readonly Func<HttpContext, Task<string>> _html;
    private readonly int _status;

    private PageResult(Func<HttpContext, Task<string>> html, int status) => (_html, _status) = (html, status);

    /// <summary>A whole page.</summary>
    /// <param name="parameters">The page's parameters by name.</param>
    /// <param name="status">Status code of the answer.</param>
    public static PageResult Page<TPage>(Dictionary<string, object?> parameters, int status = 200)
        where TPage : IComponent => new(
        context => HtmlDocuments.RenderAsync<PageRoot>(new()
        {
            [nameof(PageRoot.Page)] = typeof(TPage),
            [nameof(PageRoot.Parameters)] = parameters,
            [nameof(PageRoot.IsSignedIn)] = IsSignedIn(context),
        }), status);

    /// <summary>A part of a page.</summary>
    public static PageResult Part<TPart>(Dictionary<string, object?> parameters)
        where TPart : IComponent => new(_ => HtmlDocuments.RenderAsync<TPart>(parameters), 200);

    /// <summary>A part of a page that is rendered already.</summary>
    public static PageResult Part(MarkupString html) => new(_ => Task.FromResult(html.Value), 200);

    /// <summary>Sends the browser on to a page that it may load again without doing anything twice.</summary>
    public static IResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(303);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = Encoding.UTF8.GetBytes(await _html(httpContext));
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    private static bool IsSignedIn(HttpContext context) => context.RequestServices.GetRequiredService<SignedIn>().Includes(context);
}
