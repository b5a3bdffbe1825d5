using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>
/// What orchestrations of this version ask for, recorded: a run that is under way when an app with another sequence is deployed cannot be
/// replayed by it.
/// </summary>
public sealed partial class OrchestrationVersionTests
{
    private static readonly OrchestrationScope Scope = new(
        "t-20261123-142045-3f2a", 1, "", PipelineStages.Train.Name,
        LaunchOptions.Default with { Poll = TimeSpan.FromMilliseconds(100) }, 2);

    private static JsonElement DurableTask { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Folder, "host.json")))
        .RootElement.GetProperty("extensions").GetProperty("durableTask");

    [GeneratedRegex("-[0-9a-f]{12}$")]
    private static partial Regex Print { get; }

    [Fact]
    public async Task Orchestrations_ask_for_what_their_version_asks_for()
    {
        var sequences = new SortedSet<string>(StringComparer.Ordinal);
        var run = await RunAsync(
            "ReproductionOrchestration", new OrchestrationInput(Scope, WorkflowJson.ToElement(PipelineWorkflowTests.Input())));
        var table = new RefreshCaptionsInput("d", "v1", RefreshMode.Patch, new Artifact("t", 1, Fingerprint.Of("t")), "t.csv");
        var refresh = await RunAsync(
            "CaptionRefreshOrchestration",
            new OrchestrationInput(OrchestrationScope.Alone, WorkflowJson.ToElement(new CaptionRefreshInput(table, 7))));
        foreach (var instance in run.Concat(refresh))
        {
            sequences.Add(Describe(instance));
        }

        var version = DurableTask.GetProperty("defaultVersion").GetString();
        var file = Path.Combine(Repository.Folder, "tests", "ContrastivePipeline.Tests", "Functions", "Sequences", $"{version}.txt");
        var recorded = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";
        var actual = string.Join("\n", sequences);
        Assert.True(
            recorded.ReplaceLineEndings("\n") == actual,
            $"The orchestrations no longer ask for what version {version} asks for ({file}). Where that is meant, raise defaultVersion in host.json "
            + $"and record what the new version asks for; docs/cloud.md says what that means for runs under way. They ask for:\n\n{actual}");
    }

    [Fact]
    public void An_app_leaves_alone_what_a_newer_one_started()
    {
        Assert.True(
            Version.TryParse(DurableTask.GetProperty("defaultVersion").GetString() + ".0", out _), "Versions are compared as numbers.");
        Assert.Equal(("CurrentOrOlder", "Reject"),
            (DurableTask.GetProperty("versionMatchStrategy").GetString(), DurableTask.GetProperty("versionFailureStrategy").GetString()));
    }

    private static string Describe(RecordedInstance instance) =>
        instance.Orchestration + "\n" + string.Concat(instance.Histories[^1].Select(call => $"  {Print.Replace(call, "")}\n"));

    private static async Task<IEnumerable<RecordedInstance>> RunAsync(string orchestration, OrchestrationInput input)
    {
        await using var lab = await DurableLab.StartAsync((name, request) => Task.FromResult(Answer(name, request)));
        var run = await lab.RunAsync(orchestration, input);
        Assert.Null(run.FailureDetails);
        return lab.Instances.Values;
    }

    private static object Answer(string activity, JsonElement input)
    {
        switch (activity)
        {
            case "FindStageActivity":
                return new FoundStage(Fingerprint.Of(input), null);
            case "EndRunActivity":
                return new ActivityAnswer(input.Deserialize<OperationRequest>()!.Input, null);
            case "StartMachineActivity" or "LookAtMachineActivity":
                var order = input.Deserialize<OperationRequest>()!.Input;
                return new ActivityAnswer(WorkflowJson.ToElement(activity == "StartMachineActivity"
                    ? new LaunchStatus(LaunchState.Waiting, null, null, "")
                    : LaunchedOrchestrationTests.Ended(WorkflowJson.FromElement<LaunchStatusRequest>(order).Order)), null);
            default:
                var request = input.Deserialize<StageRequest>()!;
                var answer = request.Stage switch
                {
                    "refresh-captions" => new RefreshedCaptions(OrchestrationTests.Record("v2"), null),
                    "publish-version" => new PublishedVersion(8),
                    _ => PipelineWorkflowTests.Answer(request.Stage, request.Input),
                };
                return new ActivityAnswer(JsonSerializer.SerializeToElement(answer, answer.GetType(), WorkflowJson.Options), null);
        }
    }
}
