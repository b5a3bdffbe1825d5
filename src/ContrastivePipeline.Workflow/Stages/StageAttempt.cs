namespace ContrastivePipeline.Workflow.Stages;

/// <summary>One attempt at a stage: what it says, and what it uses. It meters the flow that created it until disposed.</summary>
public sealed class StageAttempt : IProgress<StageProgress>, IDisposable
{
    private readonly IProgress<StageProgress>? _progress;
    private readonly Action<string>? _note;
    private readonly TimeProvider _time;
    private long _began;
    private readonly StoreMeter _store;
    private readonly CpuShare _cpu = new();
    private readonly Lock _lock = new();
    private TimeSpan _gpu;
    private StageUsage? _final;

    /// <summary>Begins an attempt.</summary>
    /// <param name="number">1-based.</param>
    /// <param name="progress">Takes progress reports, on any thread.</param>
    /// <param name="note">Takes notes for a person, on any thread.</param>
    /// <param name="tags">What the work is, for the metrics of its requests to the store.</param>
    public StageAttempt(
        int number, TimeProvider time, IProgress<StageProgress>? progress = null, Action<string>? note = null,
        params KeyValuePair<string, object?>[] tags)
    {
        ArgumentNullException.ThrowIfNull(time);
        (Number, _time, _progress, _note) = (number, time, progress, note);
        _began = time.GetTimestamp();
        _store = StoreMeter.Begin(tags);
    }

    /// <summary>1-based.</summary>
    public int Number { get; }

    /// <summary>What it has used so far; once disposed, in all.</summary>
    public StageUsage Usage
    {
        get
        {
            lock (_lock)
            {
                return _final ?? new StageUsage(
                    Math.Round(_time.GetElapsedTime(_began).TotalSeconds, 3), Math.Round(_cpu.Seconds, 3), Math.Round(_gpu.TotalSeconds, 3),
                    _store.Usage);
            }
        }
    }

    /// <summary>Begins the count of seconds again: what came before was waiting for another process that runs the same stage.</summary>
    internal void WorkBegins()
    {
        lock (_lock)
            _began = _time.GetTimestamp();
    }

    /// <summary>Says how far it is.</summary>
    public void Report(StageProgress value) => _progress?.Report(value);

    /// <summary>Adds a note for a person.</summary>
    public void Note(string message) => _note?.Invoke(message);

    /// <summary>Holds a GPU until disposed.</summary>
    public IDisposable HoldGpu() => new HeldGpu(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        var usage = Usage;
        lock (_lock)
        {
            if (_final is not null)
                return;
            _final = usage;
        }
        _cpu.Dispose();
        _store.Dispose();
    }

    private sealed class HeldGpu(StageAttempt attempt) : IDisposable
    {
        private readonly long _began = attempt._time.GetTimestamp();
        private bool _isGiven;

        public void Dispose()
        {
            lock (attempt._lock)
            {
                if (!_isGiven)
                    attempt._gpu += attempt._time.GetElapsedTime(_began);
                _isGiven = true;
            }
        }
    }
}

/// <summary>How far a stage is.</summary>
/// <param name="Total">Units in all; 0 where that is not known.</param>
/// <param name="Unit">What is counted, in the plural, for example <c>media</c> or <c>steps</c>.</param>
/// <param name="Message">What happens now, for a person; may be empty.</param>
public sealed record StageProgress(long Done, long Total, string Unit, string Message = "");

/// <summary>What work on a stage used.</summary>
/// <param name="Seconds">Time by the clock, from when the work began to its end.</param>
/// <param name="CpuSeconds">Processor time: the process's, shared equally at every moment among the stages that it works on.</param>
/// <param name="GpuSeconds">Time for which a GPU was held, busy or not.</param>
public sealed record StageUsage(double Seconds, double CpuSeconds, double GpuSeconds, StoreUsage Store)
{
    /// <summary>Nothing.</summary>
    public static StageUsage None { get; } = new(0, 0, 0, StoreUsage.None);

    /// <summary>The sum.</summary>
    public static StageUsage operator +(StageUsage left, StageUsage right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new StageUsage(
            Math.Round(left.Seconds + right.Seconds, 3), Math.Round(left.CpuSeconds + right.CpuSeconds, 3),
            Math.Round(left.GpuSeconds + right.GpuSeconds, 3), left.Store + right.Store);
    }
}
