namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>An experiment file is not valid. The message has a line <c>file:line:column: message</c> for each error.</summary>
public sealed class ExperimentInvalidException : Exception
{
    internal ExperimentInvalidException(string file, IReadOnlyList<ExperimentProblem> problems, Exception? inner = null)
        : base(string.Join('\n', problems.Select(p => $"{file}:{p.Line}:{p.Column}: {p.Message}")), inner)
    {
        File = file;
        Problems = problems;
    }

    /// <summary>The file, as it was named.</summary>
    public string File { get; }

    /// <summary>All errors, in the file's order.</summary>
    public IReadOnlyList<ExperimentProblem> Problems { get; }
}
