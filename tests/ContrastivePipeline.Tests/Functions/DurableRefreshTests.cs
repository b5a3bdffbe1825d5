using System.Text;
using System.Text.Json;
using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Functions.Hosting;
using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Functions.Triggers;
using ContrastivePipeline.Tests.Storage;
using ContrastivePipeline.Tests.Web;
using ContrastivePipeline.Tests.Workflow.Refreshing;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Hosting.Activities;
using ContrastivePipeline.Workflow.Operations;
using ContrastivePipeline.Workflow.Refreshing;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>Caption refreshes as orchestrations, against the same on the local host: who brings a bad table hears the same.</summary>
public sealed class DurableRefreshTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("table.csv", "no,such,columns\n1,2,3\n", 422)]
    [InlineData("table.csv", "", 422)]
    [InlineData("table.docx", "image,caption\n0.png,x\n", 422)]
    [InlineData("table.csv", "image,caption\n0.png,a new caption\n", 200)]
    public async Task The_api_answers_in_the_same_words_whichever_host_refreshes(string file, string table, int status)
    {
        var answers = new List<string>();
        foreach (var isDurable in new[] { false, true })
        {
            await using var lab = await RefreshingLab.OpenAsync(azurite);
            var refreshes = isDurable ? Durable(lab, new LabClient(lab)) : lab.Refreshes;
            await using var web = await WebLab.StartAsync(lab.Store, with: parts => parts with { Refreshes = refreshes });
            var content = new StringContent(table, Encoding.UTF8, "text/csv");
            using var answer = await web.SendAsync(HttpMethod.Post, $"/api/datasets/shapes/refresh?mode=patch&file={file}", content);

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(status == 200, lab.First != await lab.CurrentAsync());
            Assert.Empty(web.Notices);
            if (status != 200)
                answers.Add((await WebLab.JsonAsync(answer)).GetProperty("detail").GetString()!);
        }
        Assert.Equal(status == 200 ? 0 : 1, answers.Distinct().Count());
    }

    [Fact]
    public async Task A_dataset_that_was_changed_meanwhile_is_a_conflict_here_too()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var other = new LabClient(lab)
        {
            BeforeActivity = async name =>
            {
                if (name == "PublishVersionActivity")
                    await lab.Catalog.MakeCurrentAsync("shapes", 1, lab.First, VersionChanges.RolledBack, null, Cancellation);
            },
        };
        var file = Path.Combine(lab.Folder.Path, "t.csv");
        await File.WriteAllTextAsync(file, "image,caption\n0.png,a new caption\n", Cancellation);

        var conflict = await Assert.ThrowsAsync<RefreshConflictException>(
            () => Durable(lab, other).RefreshAsync(new RefreshRequest("shapes", RefreshMode.Patch, file, "t.csv"), Nobody.Instance, Cancellation));
        Assert.Equal(2, conflict.Current.Revision);
        Assert.DoesNotContain("Stage", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inbox_keeps_a_bad_table_with_the_words_of_its_reader()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        const string Path = "shapes/patch/bad.csv";
        await lab.Inbox.WriteAsync(Path, "no,such,columns\n1,2,3\n"u8.ToArray(), Cancellation);
        var inbox = new CaptionInbox(lab.Inbox, lab.Through(new DurableRefreshes(lab.Catalog).RunAsync), lab.Folder.Path, Nobody.Instance, TimeProvider.System);
        await new InboxFunction(inbox).RunAsync(Stream.Null, Path, new LabClient(lab), new Call());

        var failed = new List<string>();
        await foreach (var blob in lab.Inbox.ListAsync("failed/", Cancellation))
            failed.Add(blob.Path);
        var account = WorkflowJson.FromBytes<InboxOutcome>((await lab.Inbox.TryReadAsync(Assert.Single(failed, path => path.EndsWith(".json", StringComparison.Ordinal)), Cancellation))!.Content);
        Assert.StartsWith("bad.csv", account.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Stage", account.Error, StringComparison.Ordinal);
    }

    /// <summary>As the app's functions have it: with the client of the invocation at hand.</summary>
    private static CaptionRefreshes Durable(RefreshingLab lab, LabClient client) => lab.Through(async (input, observer, cancellationToken) =>
    {
        using (CurrentClient.Use(client))
            return await new DurableRefreshes(lab.Catalog).RunAsync(input, observer, cancellationToken);
    });

    private sealed class Call : FunctionContext;

    /// <summary>Runs what it is asked to start on the reference host, with the app's activities.</summary>
    private sealed class LabClient(RefreshingLab lab) : DurableTaskClient
    {
        private readonly Dictionary<string, OrchestrationLab.Instance> _ended = [];

        public Func<string, Task> BeforeActivity { get; init; } = _ => Task.CompletedTask;

        public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
        {
            var host = new ActivityHost(lab.Runner, new OperationRegistry(), new RunStore(lab.Store), Nobody.Instance, TimeProvider.System);
            var orchestrations = new OrchestrationLab(async (name, request) =>
            {
                await BeforeActivity(name);
                return await host.RunStageAsync(request.Deserialize<StageRequest>()!, Cancellation);
            });
            var id = options!.InstanceId!;
            _ended[id] = await orchestrations.RunAsync(orchestratorName.Name, (OrchestrationInput)input!, id);
            return id;
        }

        public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public override Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation) => Task.FromResult<OrchestrationMetadata?>(null);

        public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        {
            var ended = _ended[instanceId];
            return Task.FromResult(new OrchestrationMetadata(ended.Orchestration, instanceId)
            {
                RuntimeStatus = ended.Failure is null ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed,
                SerializedOutput = ended.Failure is null ? JsonSerializer.Serialize(ended.Output) : null,
                FailureDetails = ended.Failure,
            });
        }
    }
}
