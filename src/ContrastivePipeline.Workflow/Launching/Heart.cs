using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Launching;

/// <summary>Gives signs of life, with the last progress report, until disposed; and hands reports on.</summary>
internal sealed class Heart : IProgress<StageProgress>, IAsyncDisposable
{
    private readonly ArtifactStore _store;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly IProgress<StageProgress> _beside;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;
    private volatile StageProgress? _progress;

    public Heart(ArtifactStore store, string execution, IProgress<StageProgress> beside, TimeProvider time, TimeSpan interval)
    {
        _beside = beside;
        _store = store;
        _path = LaunchPaths.Heartbeat(execution);
        _time = time;
        _beating = Task.Run(() => BeatAsync(interval));
    }

    public void Report(StageProgress value)
    {
        _progress = value;
        _beside.Report(value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(TimeSpan interval)
    {
        try
        {
            while (true)
            {
                await BeatAsync();
                await Task.Delay(interval, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            var beat = new Heartbeat(_time.GetUtcNow(), Environment.MachineName, _progress);
            await _store.WriteAsync(_path, WorkflowJson.ToBytes(beat), _stop.Token);
        }
        catch (StoreUnavailableException)
        {
            // The work itself meets the same fault and tells; the next beat may get through.
        }
    }
}
