using System.Threading.Channels;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Workflow.Hosting.Activities;

/// <summary>
/// Adds the events of one stage to a run's record, beside others that add theirs from other machines. Disposed, it has written all.
/// </summary>
internal sealed class SharedRunRecorder : IRunObserver, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly RunStore _runs;
    private readonly string _runId;
    private readonly TimeProvider _time;
    private readonly Channel<RunEvent> _events = Channel.CreateUnbounded<RunEvent>();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;

    public SharedRunRecorder(RunStore runs, string runId, TimeProvider time)
    {
        (_runs, _runId, _time) = (runs, runId, time);
        _writing = Task.Run(WriteAsync);
    }

    public void Observe(RunEvent happened) => _events.Writer.TryWrite(happened);

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _ending.CancelAsync();
        await _writing;
        _ending.Dispose();
    }

    private async Task WriteAsync()
    {
        while (await _events.Reader.WaitToReadAsync())
        {
            var batch = new List<RunEvent>();
            while (_events.Reader.TryRead(out var happened))
                batch.Add(happened);
            try
            {
                await _runs.UpdateAsync(_runId, run => batch.Aggregate(run, RunJournal.After), CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                // The record may lag behind; the stage meets the same fault and reports it.
            }
            try
            {
                await Task.Delay(Pause, _time, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                // The last events wait for nothing.
            }
        }
    }
}
