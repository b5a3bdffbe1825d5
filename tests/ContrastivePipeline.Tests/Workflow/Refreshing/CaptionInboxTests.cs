using System.Text;

namespace ContrastivePipeline.Tests.Workflow.Refreshing;

public sealed class CaptionInboxTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_refreshed_with_once_and_lies_in_done_with_its_account()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await DropAsync(lab, "shapes/patch/new.csv", "id,caption\n0.png,new\n");

        Assert.Equal(["shapes/patch/new.csv"], await lab.Captions.ListAsync(Cancellation));
        var outcome = await lab.Captions.ProcessAsync("shapes/patch/new.csv", Cancellation);

        Assert.Null(outcome!.Error);
        Assert.Equal((1, "new.csv"), (outcome.Refresh!.Record.Rows.Changed, outcome.Refresh.Record.FileName));
        Assert.Equal(outcome.Refresh.Current, await lab.CurrentAsync());
        Assert.Matches("^done/shapes/patch/[0-9]{8}-[0-9]{6}-new.csv$", outcome.MovedTo);
        Assert.Equal(
            "id,caption\n0.png,new\n", Encoding.UTF8.GetString((await lab.Inbox.TryReadAsync(outcome.MovedTo, Cancellation))!.Content));
        var account = WorkflowJson.FromBytes<InboxOutcome>(
            (await lab.Inbox.TryReadAsync(outcome.MovedTo + ".json", Cancellation))!.Content);
        Assert.Equal(CanonicalJson.Of(outcome), CanonicalJson.Of(account));
        Assert.Empty(await lab.Captions.ListAsync(Cancellation));
        Assert.Null(await lab.Captions.ProcessAsync("shapes/patch/new.csv", Cancellation));
    }

    [Theory]
    [InlineData("nothing/patch/new.csv", "There is no dataset 'nothing'")]
    [InlineData("shapes/mend/new.csv", "'mend' is no mode; put the file into shapes/patch, shapes/replace or shapes/append")]
    [InlineData("shapes/new.csv", "DATASET/MODE/FILE")]
    [InlineData("new.csv", "'new.csv' is not where a caption table belongs, which is DATASET/MODE/FILE, for example cc3m/patch/new.csv")]
    [InlineData("shapes/patch/2026/new.csv", "DATASET/MODE/FILE")]
    [InlineData("shapes/patch/new.docx", "new.docx")]
    public async Task What_cannot_be_used_lies_in_failed_with_the_reason(string path, string reason)
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await DropAsync(lab, path, "id,caption\n0.png,new\n");

        Assert.Equal([path], await lab.Captions.ListAsync(Cancellation));
        var outcome = await lab.Captions.ProcessAsync(path, Cancellation);

        Assert.Contains(reason, outcome!.Error, StringComparison.Ordinal);
        Assert.StartsWith("failed/", outcome.MovedTo, StringComparison.Ordinal);
        Assert.NotNull(await lab.Inbox.TryReadAsync(outcome.MovedTo + ".json", Cancellation));
        Assert.Null(await lab.Inbox.TryReadAsync(path, Cancellation));
        Assert.Equal(lab.First, await lab.CurrentAsync());
        Assert.Empty(await lab.Inbox.ListAsync("locks/", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_damaged_record_of_a_run_does_not_end_the_watch()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await lab.Store.WriteAsync("runs/lab/lab-20270101-000000-0000/run.json", "{ \"id\""u8.ToArray(), Cancellation);
        await DropAsync(lab, "shapes/patch/new.csv", "id,caption\n0.png,new\n");
        var taken = new TaskCompletionSource<InboxOutcome>();
        await using (new InboxWatch(
            lab.Captions, taken.SetResult, text => taken.TrySetException(new InvalidOperationException(text)), TimeProvider.System))
        {
            Assert.Null((await taken.Task.WaitAsync(Cancellation)).Error);
        }
    }

    [Fact]
    public async Task An_account_that_nobody_can_read_does_not_keep_a_file()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await DropAsync(lab, "shapes/patch/new.csv", "id,caption\n0.png,new\n");
        var entry = await lab.Inbox.ListEntriesAsync("shapes/", Cancellation).SingleAsync(Cancellation);
        await lab.Inbox.WriteAsync(InboxPath.Target(InboxPath.Done, entry) + ".json", "nonsense"u8.ToArray(), Cancellation);

        Assert.Null((await lab.Captions.ProcessAsync("shapes/patch/new.csv", Cancellation))!.Error);
        Assert.Empty(await lab.Captions.ListAsync(Cancellation));
    }

    [Fact]
    public async Task A_table_without_a_good_row_has_failed_and_one_with_some_is_done()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await DropAsync(lab, "shapes/patch/none.csv", "id,caption\n0.png,\nnobody.png,new\n");
        await DropAsync(lab, "shapes/patch/half.csv", "id,caption\n0.png,new\nnobody.png,new\n");

        var none = await lab.Captions.ProcessAsync("shapes/patch/none.csv", Cancellation);
        Assert.StartsWith("failed/", none!.MovedTo, StringComparison.Ordinal);
        Assert.StartsWith(
            "All 2 rows of none.csv were quarantined. For example row 2 (empty-caption): ", none.Error, StringComparison.Ordinal);
        Assert.Equal((2, lab.First), (none.Refresh!.Record.Rows.Rejected, await lab.CurrentAsync()));

        var half = await lab.Captions.ProcessAsync("shapes/patch/half.csv", Cancellation);
        Assert.StartsWith("done/", half!.MovedTo, StringComparison.Ordinal);
        Assert.Equal((null, 1), (half.Error, half.Refresh!.Record.Rows.Rejected));
    }

    [Fact]
    public async Task A_repeat_after_a_kill_keeps_the_first_account()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await DropAsync(lab, "shapes/patch/new.csv", "id,caption\n0.png,new\n");
        var entry = await lab.Inbox.ListEntriesAsync("shapes/", Cancellation).SingleAsync(Cancellation);
        // As if the process had been killed after it wrote the account.
        var table = lab.Folder.Write("new.csv", "id,caption\n0.png,new\n");
        var refresh = await lab.Refreshes.RefreshAsync(
            new RefreshRequest("shapes", RefreshMode.Patch, table), new RecordingObserver(), Cancellation);
        var first = new InboxOutcome(
            "shapes/patch/new.csv", InboxPath.Target(InboxPath.Done, entry), DateTimeOffset.UnixEpoch, null, refresh);
        await lab.Inbox.WriteAsync(first.MovedTo + ".json", WorkflowJson.ToBytes(first), Cancellation);

        var second = await lab.Captions.ProcessAsync("shapes/patch/new.csv", Cancellation);

        Assert.Equal(CanonicalJson.Of(first), CanonicalJson.Of(second));
        Assert.NotNull(await lab.Inbox.TryReadAsync(first.MovedTo, Cancellation));
        Assert.Null(await lab.Inbox.TryReadAsync("shapes/patch/new.csv", Cancellation));
        Assert.Equal(refresh.Current, await lab.CurrentAsync());
    }

    [Fact]
    public async Task Files_dropped_together_are_taken_one_after_the_other()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        string[] paths = [.. Enumerable.Range(0, 4).Select(i => $"shapes/patch/{i}.csv")];
        for (var i = 0; i < 4; i++)
            await DropAsync(lab, paths[i], $"id,caption\n{i}.png,new {i}\n");

        var outcomes = await Task.WhenAll(paths.Select(path => lab.Captions.ProcessAsync(path, Cancellation)));

        Assert.All(outcomes, outcome => Assert.Null(outcome!.Error));
        var versions = await lab.Catalog.CurrentAsync("shapes", Cancellation);
        Assert.Equal(5, versions!.Revision);
    }

    [Fact]
    public async Task An_empty_file_waits_and_a_watch_takes_what_is_dropped()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        await DropAsync(lab, "shapes/patch/slow.csv", "");
        Assert.Empty(await lab.Captions.ListAsync(Cancellation));
        Assert.Null(await lab.Captions.ProcessAsync("shapes/patch/slow.csv", Cancellation));
        await DropAsync(lab, "shapes/append/more.jsonl", """{"id": "0.png", "caption": "a red circle"}""");
        var taken = new TaskCompletionSource<InboxOutcome>();

        await using (new InboxWatch(
            lab.Captions, taken.SetResult, text => taken.TrySetException(new InvalidOperationException(text)), TimeProvider.System))
        {
            var outcome = await taken.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
            Assert.Equal(1, outcome.Refresh!.Record.Rows.Added);
        }
        Assert.NotNull(await lab.Inbox.TryReadAsync("shapes/patch/slow.csv", Cancellation));
    }

    private static Task<Artifact> DropAsync(RefreshingLab lab, string path, string content) =>
        lab.Inbox.WriteAsync(path, Encoding.UTF8.GetBytes(content), Cancellation);
}
