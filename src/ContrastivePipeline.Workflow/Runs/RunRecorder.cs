using System.Threading.Channels;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Hosting;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Keeps a run's record in step with its events: soon, but never more than one write a second.</summary>
internal sealed class RunRecorder : IRunObserver, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly RunStore _runs;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _ended = new();
    private readonly Task _writing;
    private RunRecord _run;

    public RunRecorder(RunStore runs, RunRecord run, TimeProvider time)
    {
        _runs = runs;
        _run = run;
        _time = time;
        _writing = Task.Run(WriteAsync);
    }

    public void Observe(RunEvent happened)
    {
        lock (_lock)
            _run = _run.After(happened);
        _changes.Writer.TryWrite(true);
    }

    /// <summary>Writes the record for the last time.</summary>
    /// <exception cref="RunTakenOverException">The run belongs to another process now.</exception>
    public async Task<RunRecord> FinishAsync(Func<RunRecord, RunRecord> last, CancellationToken cancellationToken)
    {
        await StopAsync();
        var finished = last(Current());
        await _runs.SaveAsync(finished, cancellationToken);
        return finished;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ended.Dispose();
    }

    private async Task StopAsync()
    {
        _changes.Writer.TryComplete();
        await _ended.CancelAsync();
        await _writing;
    }

    private async Task WriteAsync()
    {
        await foreach (var _ in _changes.Reader.ReadAllAsync())
        {
            try
            {
                await _runs.SaveAsync(Current(), _ended.Token);
                await Task.Delay(Pause, _time, _ended.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or RunTakenOverException)
            {
                // The last write meets a run that was taken over again, and tells.
                return;
            }
            catch (StoreUnavailableException)
            {
                // The record may lag behind; the stages meet the same fault and report it.
            }
        }
    }

    private RunRecord Current()
    {
        lock (_lock)
            return _run;
    }
}
