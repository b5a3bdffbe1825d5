using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Dashboard.Access;

/// <summary>Answers with a problem as a page, for a person who followed a link or pressed a button.</summary>
internal sealed class HtmlProblems : IProblemPage
{
    /// <inheritdoc/>
    public Task WriteAsync(HttpContext context, Problem problem)
    {
        var page = PageResult.Page<ProblemPage>(new()
        {
            [nameof(ProblemPage.Title)] = problem.Title,
            [nameof(ProblemPage.Detail)] = TextFormatter(problem),
        }, problem.Status);
        return page.ExecuteAsync(context);
    }

    private static string TextFormatter(Problem problem) => problem.Status == StatusCodes.Status404NotFound && problem.Type == "about:blank"
        ? "There is no page at this address."
        : problem.ForPages ?? problem.Detail;
}
