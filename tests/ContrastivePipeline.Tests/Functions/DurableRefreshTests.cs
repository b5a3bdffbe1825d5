using System.Text;
using System.Text.Json;
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
            await using var durable = await StartAsync(lab);
            var refreshes = isDurable ? Durable(lab, durable.Client) : lab.Refreshes;
            await using var web = await WebLab.StartAsync(lab.Store, with: parts => parts with { Refreshes = refreshes });
            var content = new StringContent(table, Encoding.UTF8, "text/csv");
            using var answer = await web.SendAsync(HttpMethod.Post, $"/api/datasets/shapes/refresh?mode=patch&file={file}", content);

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(status == 200, lab.First != await lab.CurrentAsync());
            Assert.Empty(web.Notices);
            if (status != 200)
            {
                answers.Add((await WebLab.JsonAsync(answer)).GetProperty("detail").GetString()!);
            }
        }
        Assert.Equal(status == 200 ? 0 : 1, answers.Distinct().Count());
    }

    [Fact]
    public async Task A_dataset_that_was_changed_meanwhile_is_a_conflict_here_too()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await using var durable = await StartAsync(lab, async name =>
        {
            if (name == "PublishVersionActivity")
            {
                await lab.Catalog.MakeCurrentAsync("shapes", 1, lab.First, VersionChanges.RolledBack, null, Cancellation);
            }
        });
        var file = Path.Combine(lab.Folder.Path, "t.csv");
        await File.WriteAllTextAsync(file, "image,caption\n0.png,a new caption\n", Cancellation);

        var conflict = await Assert.ThrowsAsync<RefreshConflictException>(
            () => Durable(lab, durable.Client)
            .RefreshAsync(new RefreshRequest("shapes", RefreshMode.Patch, file, "t.csv"), NullRunObserver.Instance, Cancellation));
        Assert.Equal(2, conflict.Current.Revision);
        Assert.DoesNotContain("Stage", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inbox_keeps_a_bad_table_with_the_words_of_its_reader()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        const string Path = "shapes/patch/bad.csv";
        await lab.Inbox.WriteAsync(Path, "no,such,columns\n1,2,3\n"u8.ToArray(), Cancellation);
        var inbox =
            new CaptionInbox(lab.Inbox, lab.Through(new DurableRefreshes(lab.Catalog).RunAsync), lab.Folder.Path, NullRunObserver.Instance,
                TimeProvider.System);
        await using var durable = await StartAsync(lab);
        await new InboxFunction(inbox).RunAsync(Stream.Null, Path, durable.Client, Cancellation);

        var failed = new List<string>();
        await foreach (var blob in lab.Inbox.ListAsync("failed/", Cancellation))
        {
            failed.Add(blob.Path);
        }
        var account =
            WorkflowJson.FromBytes<InboxOutcome>((await lab.Inbox.TryReadAsync(
                Assert.Single(failed, path => path.EndsWith(".json", StringComparison.Ordinal)), Cancellation))!.Content);
        Assert.StartsWith("bad.csv", account.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Stage", account.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_request_joins_the_refresh_that_runs()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var held = new TaskCompletionSource();
        await using var durable = await StartAsync(lab, name => name == "RefreshCaptionsActivity" ? held.Task : Task.CompletedTask);
        var refreshes = Durable(lab, durable.Client);
        var file = Path.Combine(lab.Folder.Path, "t.csv");
        await File.WriteAllTextAsync(file, "image,caption\n0.png,a new caption\n", Cancellation);
        Task<RefreshOutcome> RefreshAsync() => refreshes.RefreshAsync(
            new RefreshRequest("shapes", RefreshMode.Patch, file, "t.csv"), NullRunObserver.Instance, Cancellation);

        var first = RefreshAsync();
        var second = RefreshAsync();
        held.SetResult();

        Assert.Equal((await first).Record.Version, (await second).Record.Version);
        Assert.Single(durable.Done, "RefreshCaptionsActivity");
    }

    /// <summary>As the app's functions have it: with the client of the invocation at hand.</summary>
    private static CaptionRefreshes Durable(RefreshingLab lab, DurableTaskClient client) =>
        lab.Through(async (input, observer, cancellationToken) =>
    {
        using (CurrentClient.Use(client))
        {
            return await new DurableRefreshes(lab.Catalog).RunAsync(input, observer, cancellationToken);
        }
    });

    /// <summary>The app's orchestrations and activities over a store.</summary>
    private static Task<DurableLab> StartAsync(RefreshingLab lab, Func<string, Task>? beforeActivity = null)
    {
        var host = new ActivityHost(
            lab.Runner, new OperationRegistry(), new RunStore(lab.Store), NullRunObserver.Instance, TimeProvider.System);
        return DurableLab.StartAsync(async (name, request) =>
        {
            await (beforeActivity?.Invoke(name) ?? Task.CompletedTask);
            return await host.RunStageAsync(request.Deserialize<StageRequest>()!, Cancellation);
        });
    }
}
