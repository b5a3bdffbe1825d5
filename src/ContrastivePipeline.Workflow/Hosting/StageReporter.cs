using System.Diagnostics;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Turns what happens to one stage into events, a span with one for each attempt in it, and metrics.</summary>
internal sealed class StageReporter : IProgress<StageProgress>, IDisposable
{
    private readonly StageIdentity _stage;
    private readonly IRunObserver _observer;
    private readonly TimeProvider _time;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Activity? _span;
    private Activity? _attemptSpan;
    private StageAttempt? _attempt;

    public StageReporter(StageIdentity stage, IRunObserver observer, TimeProvider time)
    {
        (_stage, _observer, _time, _tags) = (stage, observer, time, PipelineTelemetry.TagsOf(stage));
        _span = PipelineTelemetry.StartSpan($"stage {stage.Name}");
        _span?.SetTag(PipelineTelemetry.StageTag, stage.Name).SetTag(PipelineTelemetry.LabelTag, stage.Label)
            .SetTag("contrastive.stage.fingerprint", stage.Fingerprint);
    }

    public void Cached()
    {
        _span?.SetTag(PipelineTelemetry.OutcomeTag, "cached");
        Measure("cached", StageUsage.None);
        _observer.Observe(new StageCached(Now, _stage));
    }

    /// <summary>An attempt begins, and is metered until its end is reported.</summary>
    /// <param name="number">1-based.</param>
    /// <param name="progress">Takes its progress and passes it on here; null where it comes straight here.</param>
    public StageAttempt Start(int number, IProgress<StageProgress>? progress = null, Action<string>? note = null)
    {
        _observer.Observe(new StageStarted(Now, _stage, number));
        _attemptSpan = PipelineTelemetry.StartSpan("attempt");
        _attemptSpan?.SetTag("contrastive.attempt", number).SetTag(PipelineTelemetry.StageTag, _stage.Name)
            .SetTag(PipelineTelemetry.LabelTag, _stage.Label);
        return _attempt = new StageAttempt(number, _time, progress ?? this, note ?? Note, _tags);
    }

    public void Report(StageProgress value) => _observer.Observe(new StageProgressed(Now, _stage, value));

    public void Note(string message) => _observer.Observe(new StageNoted(Now, _stage, message));

    public void Retried(int attempt, TimeSpan wait, string error) =>
        _observer.Observe(new StageRetried(Now, _stage, attempt, wait, error) { Usage = End("retried", error) });

    public void Completed(int attempts)
    {
        var usage = End("completed", null);
        _span?.SetTag(PipelineTelemetry.OutcomeTag, "completed");
        _observer.Observe(new StageCompleted(Now, _stage, attempts, TimeSpan.FromSeconds(usage.Seconds)) { Usage = usage });
    }

    public void Failed(int attempts, string error)
    {
        var usage = End("failed", error);
        _span?.SetTag(PipelineTelemetry.OutcomeTag, "failed").SetStatus(ActivityStatusCode.Error, error);
        _observer.Observe(new StageFailed(Now, _stage, attempts, error, Interrupted: false) { Usage = usage });
    }

    public void Interrupted(int attempts)
    {
        var usage = End("interrupted", null);
        _span?.SetTag(PipelineTelemetry.OutcomeTag, "interrupted");
        _observer.Observe(new StageFailed(Now, _stage, attempts, "asked to stop", Interrupted: true) { Usage = usage });
    }

    public void Dispose()
    {
        _attempt?.Dispose();
        _attemptSpan?.Dispose();
        _span?.Dispose();
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private StageUsage End(string outcome, string? error)
    {
        _attempt!.Dispose();
        _attemptSpan?.SetTag(PipelineTelemetry.OutcomeTag, outcome);
        if (error is not null)
            _attemptSpan?.SetStatus(ActivityStatusCode.Error, error);
        _attemptSpan?.Dispose();
        Measure(outcome, _attempt.Usage);
        return _attempt.Usage;
    }

    private void Measure(string outcome, StageUsage usage)
    {
        PipelineTelemetry.StageDuration.Record(usage.Seconds, [.. _tags, new(PipelineTelemetry.OutcomeTag, outcome)]);
        PipelineTelemetry.CpuTime.Add(usage.CpuSeconds, _tags);
        PipelineTelemetry.GpuTime.Add(usage.GpuSeconds, _tags);
    }
}
