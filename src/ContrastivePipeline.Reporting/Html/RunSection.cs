namespace ContrastivePipeline.Reporting.Html;

/// <summary>The model, the training settings, the variants' objectives, the time it took and how to run it again.</summary>
internal static class RunSection
{
    public static Markup Write(ReportData data)
    {
        var html = new HtmlWriter();
        html.Write($"<h3>Objectives</h3>\n<p>{TextFormatter.WithSubscripts("L = L_contra + λ_C·L_C-cyclic + λ_I·L_I-cyclic + λ_s·L_s + λ_n·L_n")}</p>\n");
        WriteObjectives(html, data);
        html.Write($"<div class=\"columns\">\n<div><h3>Model</h3>\n");
        WriteSettings(html, "Model", data.Model.Settings);
        html.Write($"</div>\n<div><h3>Training</h3>\n");
        WriteSettings(html, "Training", data.Training);
        html.Write($"</div>\n<div><h3>Parameters</h3>\n");
        WriteSettings(html, "Parameters",
        [
            .. data.Model.Parameters.Select(p => new Setting(p.Part, TextFormatter.Count(p.Count))),
            new("total", TextFormatter.Count(data.Model.Parameters.Sum(p => p.Count))),
        ]);
        html.Write($"</div>\n</div>\n");
        WriteTimes(html, data.Experiment);
        return html.ToMarkup();
    }

    public static Markup WriteReproduction(ReportData data)
    {
        var html = new HtmlWriter();
        html.Write($"""
            <p>With version {data.Experiment.CodeVersion} of the code and the experiment file below:</p>
            {ScrollBox.Code("The command that runs it again", data.Experiment.Command)}
            <details open="open"><summary>The experiment file</summary>
            {ScrollBox.Code("The experiment file", data.Experiment.Yaml)}</details>

            """);
        return html.ToMarkup();
    }

    private static void WriteObjectives(HtmlWriter html, ReportData data)
    {
        string[] weights = ["λ_C", "λ_I", "λ_s", "λ_n"];
        html.Write($"<div class=\"scroll\" role=\"group\" aria-label=\"Weights of the objectives\" tabindex=\"0\"><table><thead><tr><th scope=\"col\" class=\"left\">variant</th>{Markup.Join(weights.Select(w => Markup.Of($"<th scope=\"col\">{TextFormatter.WithSubscripts(w)}</th>")))}<th scope=\"col\">baseline</th></tr></thead><tbody>\n");
        foreach (var variant in data.Variants)
        {
            var o = variant.Objectives;
            double[] values = [o.CrossModalCyclic, o.InModalCyclic, o.SentenceUnsupervised, o.SentenceSupervised];
            var baseline = variant.Baseline is { } id ? TextFormatter.WithSubscripts(data.Variant(id).Title) : new Markup("–");
            html.Write($"<tr><th scope=\"row\">{TextFormatter.WithSubscripts(variant.Title)}</th>{Markup.Join(values.Select(v => Markup.Of($"<td>{TextFormatter.Number(v, "0.####")}</td>")))}<td>{baseline}</td></tr>\n");
        }
        html.Write($"</tbody></table></div>\n");
    }

    private static void WriteSettings(HtmlWriter html, string name, IReadOnlyList<Setting> settings)
    {
        var rows = settings.Select(s => Markup.Of($"<tr><th scope=\"row\">{TextFormatter.WithSubscripts(s.Name)}</th><td class=\"wrap\">{s.Value}</td></tr>\n"));
        html.Write(ScrollBox.Of(name, Markup.Of($"<table class=\"words\"><caption class=\"hidden\">{name}</caption><tbody>\n{Markup.Join(rows)}</tbody></table>")));
    }

    private static void WriteTimes(HtmlWriter html, ExperimentSummary experiment)
    {
        html.Write($"""
            <h3>Run</h3>
            <p>Code {experiment.CodeVersion} on {experiment.Machine}. Started {TextFormatter.When(experiment.Started)}, finished {TextFormatter.When(experiment.Finished)}:
            {TextFormatter.Duration(experiment.Running ?? experiment.Finished - experiment.Started)} of work.</p>

            """);
        if (experiment.Stages.Count == 0)
            return;
        html.Write($"<details><summary>Time by stage</summary>\n");
        html.Write($"<p>For how long each stage worked, by whichever run it was done; stages work side by side.</p>\n");
        WriteSettings(html, "Time by stage", [.. experiment.Stages.Select(s => new Setting(s.Stage, TextFormatter.Duration(s.Duration)))]);
        html.Write($"</details>\n");
    }
}
