namespace ContrastivePipeline.Web.Api.Problems;

/// <summary>Ends a request with a problem.</summary>
public sealed class ApiException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>The problem that the client gets.</summary>
    public Problem Problem { get; } = problem;
}
