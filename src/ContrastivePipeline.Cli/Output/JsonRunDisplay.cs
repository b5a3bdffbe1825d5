using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Display for programs: one JSON object per line, with <c>event</c>, <c>at</c> and the members of the event.</summary>
internal sealed class JsonRunDisplay(TextWriter output) : RunDisplay
{
    protected override void Show(RunEvent happened)
    {
        var line = new JsonObject
        {
            ["event"] = JsonNamingPolicy.KebabCaseLower.ConvertName(happened.GetType().Name),
            ["at"] = happened.At,
        };
        if (happened is StageEvent { Stage: var stage })
        {
            line["stage"] = stage.Name;
            line["label"] = stage.Label;
            line["fingerprint"] = stage.Fingerprint;
        }
        foreach (var (name, value) in Members(happened))
            line[name] = value;
        output.WriteLine(line.ToJsonString(WorkflowJson.Options));
        output.Flush();
    }

    protected override void ShowNotice(string notice)
    {
        output.WriteLine(new JsonObject { ["event"] = "notice", ["message"] = notice }.ToJsonString(WorkflowJson.Options));
        output.Flush();
    }

    private static (string Name, JsonNode? Value)[] Members(RunEvent happened) => happened switch
    {
        RunWaiting waiting => [("experiment", waiting.Experiment)],
        RunStarted started => [("runId", started.RunId), ("resumed", started.Resumed)],
        RunFinished finished => [("runId", finished.RunId), ("state", State(finished.State)), ("error", finished.Error)],
        WorkflowReported { Status: var status } reported =>
            [("instance", reported.Instance), ("phase", status.Phase), ("done", status.Done), ("total", status.Total)],
        StageStarted started => [("attempt", started.Attempt)],
        StageProgressed { Progress: var p } => [("done", p.Done), ("total", p.Total), ("unit", p.Unit), ("message", p.Message)],
        StageNoted noted => [("message", noted.Message)],
        StageRetried retried => [("attempt", retried.Attempt), ("waitSeconds", retried.Wait.TotalSeconds), ("error", retried.Error)],
        StageCompleted completed => [("attempts", completed.Attempts), ("seconds", completed.Elapsed.TotalSeconds)],
        StageFailed failed => [("attempts", failed.Attempts), ("error", failed.Error), ("interrupted", failed.Interrupted)],
        _ => [],
    };

    private static string State(RunState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
