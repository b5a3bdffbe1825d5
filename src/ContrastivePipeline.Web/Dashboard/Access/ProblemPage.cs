using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Web.Dashboard.Shell;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Dashboard.Access;

/// <summary>A problem as a page, for a person who followed a link or pressed a button.</summary>
internal sealed class ProblemPage : IProblemPage
{
    /// <inheritdoc/>
    public Task WriteAsync(HttpContext context, Problem problem) => PageResult.Of(Write(problem)).ExecuteAsync(context);

    private static Page Write(Problem problem) => new(problem.Title, Area.None, Markup.Of($"""
        <div class="note error"><p>{TextFormatter(problem)}</p></div>
        <p><a href="/">Go to the runs</a></p>
        """))
    { Status = problem.Status };

    private static string TextFormatter(Problem problem) => problem.Status == StatusCodes.Status404NotFound && problem.Type == "about:blank"
        ? "There is no page at this address."
        : problem.ForPages ?? problem.Detail;
}
