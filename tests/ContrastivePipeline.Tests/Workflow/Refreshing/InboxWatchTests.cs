using System.Collections.Concurrent;
using System.Text;

namespace ContrastivePipeline.Tests.Workflow.Refreshing;

/// <summary>A fault that the watch of the inbox meets is a line of the log, once, and ends nothing.</summary>
public sealed class InboxWatchTests(AzuriteFixture azurite)
{
    // Where the fault is there, these wait for ever.
    private const int HangTimeout = 120_000;

    private readonly ConcurrentQueue<string> _notices = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = HangTimeout)]
    public async Task An_inbox_that_is_away_is_logged_and_watched_on()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var address = await azurite.NewAddressAsync();
        var inbox = await CaptionInbox.OpenAsync(address, TestContext.Current.CancellationToken);
        await inbox.WriteAsync("shapes/patch/new.csv", Encoding.UTF8.GetBytes("id,caption\n0.png,new\n"), Cancellation);
        var (faulty, faults) = FaultyStore.Open(address.WithContainer($"{address.Container}-inbox"));
        faults.Fault = () => new InvalidOperationException("A fault that nobody thought of.");
        var captions = new CaptionInbox(
            faulty, lab.Refreshes, Path.Combine(lab.Folder.Path, "scratch"), new RecordingObserver(), TimeProvider.System);
        var taken = new TaskCompletionSource<InboxOutcome>();

        await using (new InboxWatch(captions, taken.SetResult, _notices.Enqueue, TimeProvider.System))
        {
            while (faults.Failed < 2)
                await Task.Delay(20, Cancellation);
            faults.Fault = null;
            Assert.Null((await taken.Task.WaitAsync(Cancellation)).Error);
        }

        Assert.Equal(["Captions inbox: A fault that nobody thought of."], _notices);
    }

    [Fact(Timeout = HangTimeout)]
    public async Task A_file_that_cannot_be_taken_is_logged_once_and_those_behind_it_are_taken()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        foreach (var name in new[] { "a.csv", "b.csv" })
        {
            await lab.Inbox.WriteAsync(
                $"shapes/patch/{name}", Encoding.UTF8.GetBytes("id,caption\n0.png,new\n"), TestContext.Current.CancellationToken);
        }
        var attempts = 0;
        var refreshes = lab.Through((input, observer, stop) =>
            input.Captions.FileName == "a.csv" && ++attempts <= 2
                ? throw new InvalidOperationException("A fault that nobody thought of.")
                : lab.RunAsync(input, observer, stop));
        var captions = new CaptionInbox(
            lab.Inbox, refreshes, Path.Combine(lab.Folder.Path, "scratch"), new RecordingObserver(), TimeProvider.System);
        var taken = new ConcurrentQueue<string>();

        await using (new InboxWatch(captions, outcome => taken.Enqueue(outcome.Path), _notices.Enqueue, TimeProvider.System))
        {
            while (taken.Count < 2)
                await Task.Delay(20, Cancellation);
        }

        Assert.Equal(["shapes/patch/b.csv", "shapes/patch/a.csv"], taken);
        Assert.Equal(["Captions inbox, shapes/patch/a.csv: A fault that nobody thought of."], _notices);
    }
}
