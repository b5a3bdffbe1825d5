namespace ContrastivePipeline.Workflow.Experiments.Yaml;

/// <summary>A YAML value and where it stands.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
internal abstract record ConfigNode(int Line, int Column)
{
    public abstract string Kind { get; }

    /// <summary>The value under a path of keys, or the last one on the way there.</summary>
    public ConfigNode At(params ReadOnlySpan<string> path)
    {
        var node = this;
        foreach (var key in path)
        {
            if (node is not ConfigMapping mapping || mapping.Entries.FirstOrDefault(entry => entry.Key.Text == key) is not { } next)
                return node;
            node = next.Value;
        }
        return node;
    }
}

/// <summary>A single value.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Plain">Whether it stands without quotes, and so may be a number or a truth value.</param>
internal sealed record ConfigScalar(int Line, int Column, string Text, bool Plain) : ConfigNode(Line, Column)
{
    public bool IsEmpty => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsEmpty ? "nothing" : Plain ? $"'{Text}'" : $"the text '{Text}'";
}

internal sealed record ConfigSequence(int Line, int Column, IReadOnlyList<ConfigNode> Items) : ConfigNode(Line, Column)
{
    public override string Kind => "a list";
}

/// <summary>Keys with values, in the order written; a key may occur twice.</summary>
internal sealed record ConfigMapping(int Line, int Column, IReadOnlyList<ConfigEntry> Entries) : ConfigNode(Line, Column)
{
    public override string Kind => "a mapping";
}

internal sealed record ConfigEntry(ConfigScalar Key, ConfigNode Value);

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
