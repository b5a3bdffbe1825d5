namespace ContrastivePipeline.Workflow.Experiments.Yaml;

/// <summary>Collects what is wrong with a file, and which keys were looked for.</summary>
internal sealed class ConfigProblems
{
    private readonly List<ExperimentProblem> _problems = [];
    private readonly SortedSet<string> _asked = new(StringComparer.Ordinal);

    public IReadOnlyList<ExperimentProblem> All => [.. _problems.OrderBy(p => p.Line).ThenBy(p => p.Column)];

    /// <summary>Every key that was looked for, as <c>training.augment.shift</c>.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public void Add(ConfigNode where, string message) => _problems.Add(new ExperimentProblem(where.Line, where.Column, message));

    public void Ask(string path) => _asked.Add(path);
}

/// <summary>One error in an experiment file.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
public sealed record ExperimentProblem(int Line, int Column, string Message);
