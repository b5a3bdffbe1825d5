using System.Collections.Concurrent;

namespace ContrastivePipeline.Tests.Workflow.Background;

public sealed class BackgroundLoopTests
{
    // Where the fault is there, these wait for ever.
    private const int HangTimeout = 120_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentQueue<string> _reported = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = HangTimeout)]
    public async Task Survives_every_fault_and_reports_one_that_lasts_once()
    {
        var (turns, done) = (0, new TaskCompletionSource());
        await using var loop = Loop(_ =>
        {
            switch (++turns)
            {
                case 1 or 2:
                    throw new InvalidOperationException("away");
                case 3:
                    return Task.FromResult(true);
                case 4:
                    throw new InvalidOperationException("away");
                case 5:
                    // Not this loop's own: a request that gave up.
                    throw new TaskCanceledException("gave up");
                default:
                    done.SetResult();
                    return Task.FromResult(false);
            }
        });
        await done.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["away", "away", "gave up"], _reported);
        Assert.Equal(6, turns);
    }

    [Fact(Timeout = HangTimeout)]
    public async Task Ends_where_a_turn_says_that_it_is_done()
    {
        var turns = 0;
        var loop = Loop(_ => Task.FromResult(++turns < 3));
        while (Volatile.Read(ref turns) < 3)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await loop.DisposeAsync();
        Assert.Equal(3, turns);
    }

    [Fact(Timeout = HangTimeout)]
    public async Task Disposed_it_cancels_the_turn_and_begins_no_other()
    {
        var (turns, began, cancelled) = (0, new TaskCompletionSource(), false);
        var loop = Loop(async stop =>
        {
            turns++;
            began.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                cancelled = stop.IsCancellationRequested;
            }
            return true;
        });
        await began.Task.WaitAsync(TestContext.Current.CancellationToken);

        await loop.DisposeAsync();
        await loop.DisposeAsync();

        Assert.Equal((1, true), (turns, cancelled));
        Assert.Empty(_reported);
    }

    private BackgroundLoop Loop(Func<CancellationToken, Task<bool>> turn) =>
        new(turn, Pause, fault => _reported.Enqueue(fault.Message), TimeProvider.System);
}
