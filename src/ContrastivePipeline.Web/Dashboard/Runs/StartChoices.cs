namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What can be chosen when a run is started.</summary>
/// <param name="Experiments">Experiments that come with the program.</param>
/// <param name="Datasets">Stored datasets.</param>
public sealed record StartChoices(IReadOnlyList<string> Experiments, IReadOnlyList<string> Datasets);

/// <summary>A start that was refused: what was asked for, and why not.</summary>
/// <param name="Experiment">The experiment chosen; null where a file was pasted.</param>
/// <param name="Yaml">The file pasted.</param>
/// <param name="Dataset">The dataset asked for.</param>
/// <param name="Message">Why not; empty where <paramref name="Problems"/> says it.</param>
/// <param name="Problems">Errors in the experiment file, all of them.</param>
public sealed record RefusedStart(
    string? Experiment, string? Yaml, string? Dataset, string Message, IReadOnlyList<ExperimentProblem> Problems);
