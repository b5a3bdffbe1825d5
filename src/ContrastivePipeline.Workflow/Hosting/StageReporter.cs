using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Turns what happens to one stage into events.</summary>
internal sealed class StageReporter(StageIdentity stage, IRunObserver observer, TimeProvider time) : IProgress<StageProgress>
{
    private readonly long _began = time.GetTimestamp();

    public void Cached() => observer.Observe(new StageCached(Now, stage));

    public void Started(int attempt) => observer.Observe(new StageStarted(Now, stage, attempt));

    public void Report(StageProgress value) => observer.Observe(new StageProgressed(Now, stage, value));

    public void Note(string message) => observer.Observe(new StageNoted(Now, stage, message));

    public void Retried(int attempt, TimeSpan wait, string error) => observer.Observe(new StageRetried(Now, stage, attempt, wait, error));

    public void Completed(int attempts) => observer.Observe(new StageCompleted(Now, stage, attempts, time.GetElapsedTime(_began)));

    public void Failed(int attempts, string error) => observer.Observe(new StageFailed(Now, stage, attempts, error, Interrupted: false));

    public void Interrupted(int attempts) =>
        observer.Observe(new StageFailed(Now, stage, attempts, "asked to stop", Interrupted: true));

    private DateTimeOffset Now => time.GetUtcNow();
}
