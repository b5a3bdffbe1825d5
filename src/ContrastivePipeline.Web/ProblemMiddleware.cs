using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Web;

/// <summary>
/// Gives every error a body. Where an answer has begun it breaks the connection off, so that no half answer looks like a whole one.
/// </summary>
internal sealed class ProblemMiddleware(RequestDelegate next, WebParts parts)
{
    private const string RetryAfterSeconds = "5";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: nobody would read an answer.
            context.Abort();
            return;
        }
        catch (Exception fault)
        {
            await AnswerAsync(context, fault);
            return;
        }
        if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
            await WriteAsync(context, Problem.OfStatus(context.Response.StatusCode));
    }

    private async Task AnswerAsync(HttpContext context, Exception fault)
    {
        var problem = ProblemMap.Of(fault);
        if (problem.Status >= 500)
            parts.Notice($"{context.Request.Method} {Quote(context.Request.Path)}: {fault.GetType().Name}: {fault.Message}");
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        await WriteAsync(context, problem);
    }

    private static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.ContentLength = null;
        response.Headers.ETag = default;
        response.Headers.ContentDisposition = default;
        response.Headers.CacheControl = "no-store";
        if (problem.Status is 503 or 429)
            response.Headers.RetryAfter = RetryAfterSeconds;
        if (context.RequestServices.GetService<IProblemPage>() is { } page && WantsPage(context.Request))
        {
            await page.WriteAsync(context, problem);
            return;
        }
        response.ContentType = Problem.MediaType;
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Options);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/openapi")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    // A path is the client's text: it must not write lines of its own into the console.
    private static string Quote(PathString path) => path.ToUriComponent();
}

/// <summary>Shows a problem to a person, for requests of pages; where none is registered, they get JSON too.</summary>
public interface IProblemPage
{
    /// <summary>Writes the page; the status is set already.</summary>
    Task WriteAsync(HttpContext context, Problem problem);
}
