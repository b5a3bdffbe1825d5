using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Experiments.Yaml;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What can be chosen when a run is started.</summary>
/// <param name="Experiments">Experiments that come with the program.</param>
/// <param name="Datasets">Stored datasets.</param>
internal sealed record StartChoices(IReadOnlyList<string> Experiments, IReadOnlyList<string> Datasets);

/// <summary>A start that was refused: what was asked for, and why not.</summary>
/// <param name="Experiment">The experiment chosen; null where a file was pasted.</param>
/// <param name="Yaml">The file pasted.</param>
/// <param name="Dataset">The dataset asked for.</param>
/// <param name="Message">Why not; empty where <paramref name="Problems"/> says it.</param>
/// <param name="Problems">Errors in the experiment file, all of them.</param>
internal sealed record RefusedStart(string? Experiment, string? Yaml, string? Dataset, string Message, IReadOnlyList<ExperimentProblem> Problems);

/// <summary>The form that starts a run.</summary>
internal static class StartForm
{
    private const string DatasetHint = "NAME or NAME@VERSION: use this stored dataset instead of the experiment's own source.";

    /// <summary>The form, with what was wrong with the last attempt.</summary>
    public static Markup Write(StartChoices choices, RefusedStart? refused) => Markup.Of($"""
        {(refused is null ? Markup.None : Refusal(refused))}
        <div class="columns">
        <form action="/runs" method="post" aria-label="Start an experiment that comes with the program" class="panel">
        {Field.Select("start-experiment", "experiment", "Experiment", choices.Experiments.Select(e => (e, Title(e))), refused?.Experiment ?? "smoke")}
        {Field.Text("start-dataset", "dataset", "Dataset (optional)", refused is { Yaml: null } ? refused.Dataset ?? "" : "", DatasetHint, "list=\"datasets\"")}
        <datalist id="datasets">{Markup.Join(choices.Datasets.Select(d => Markup.Of($"<option value=\"{d}\"></option>")))}</datalist>
        <p><button type="submit">Start</button></p>
        </form>
        <form action="/runs" method="post" aria-label="Start an experiment file of your own" class="panel">
        <div class="field"><label for="start-yaml">Or your own experiment file (YAML)</label>
        <textarea id="start-yaml" name="yaml" rows="8" spellcheck="false" required="required"{new Markup(refused?.Yaml is null ? "" : " aria-invalid=\"true\" aria-describedby=\"start-problems\"")}>{refused?.Yaml}</textarea></div>
        {Field.Text("start-yaml-dataset", "dataset", "Dataset (optional)", refused?.Yaml is null ? "" : refused.Dataset ?? "", DatasetHint, "list=\"datasets\"")}
        <p><button type="submit">Start this file</button></p>
        </form>
        </div>

        """);

    private static string Title(string experiment) => experiment switch
    {
        "smoke" => "smoke: a minute, to see that everything works",
        "demo" => "demo: a quarter of an hour, six variants on emoji",
        "paper-vl" => "paper-vl: the paper's settings; needs its data and a GPU",
        _ => experiment,
    };

    private static Markup Refusal(RefusedStart refused)
    {
        if (refused.Problems.Count == 0)
            return Show.Refusal(Markup.Of($"<p><strong>Not started.</strong> {refused.Message}</p>"));
        var lines = (refused.Yaml ?? "").Split('\n');
        return Show.Refusal(Markup.Of($"""
            <p><strong>Not started:</strong> the experiment file has {Show.Counted(refused.Problems.Count, "error")}.</p>
            <ol class="problems">{Markup.Join(refused.Problems.Select(p => Problem(p, lines)))}</ol>
            """), id: "start-problems");
    }

    private static Markup Problem(ExperimentProblem problem, string[] lines)
    {
        var text = problem.Line >= 1 && problem.Line <= lines.Length ? lines[problem.Line - 1].Trim() : "";
        return Markup.Of($"<li><span class=\"where\">Line {problem.Line}, column {problem.Column}</span>{(text.Length == 0 ? Markup.None : Markup.Of($" <code>{(text.Length > 120 ? text[..120] + " …" : text)}</code>"))}<br />{problem.Message}</li>");
    }
}
