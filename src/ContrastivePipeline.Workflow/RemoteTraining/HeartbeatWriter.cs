namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>Gives signs of life, with the last progress report, until disposed; and hands reports on.</summary>
internal sealed class HeartbeatWriter : IProgress<StageProgress>, IAsyncDisposable
{
    private readonly IProgress<StageProgress> _beside;
    private readonly BackgroundLoop _beating;
    private volatile StageProgress? _progress;

    public HeartbeatWriter(
        ArtifactStore store, string execution, IProgress<StageProgress> beside, Action<string> note, TimeProvider time, TimeSpan interval)
    {
        _beside = beside;
        _beating = new BackgroundLoop(BeatAsync, interval, fault => note($"No sign of life could be given: {fault.Message}"), time);

        async Task<bool> BeatAsync(CancellationToken cancellationToken)
        {
            var beat = new Heartbeat(time.GetUtcNow(), Environment.MachineName, _progress);
            await store.WriteAsync(LaunchPaths.Heartbeat(execution), WorkflowJson.ToBytes(beat), cancellationToken);
            return true;
        }
    }

    public void Report(StageProgress value)
    {
        _progress = value;
        _beside.Report(value);
    }

    public ValueTask DisposeAsync() => _beating.DisposeAsync();
}
