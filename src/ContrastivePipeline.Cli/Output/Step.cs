using System.Diagnostics;
using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Shows work that is no stage of a run as if it were one.</summary>
internal static class Step
{
    /// <summary>Does the work and tells the observer.</summary>
    /// <param name="observer">Who is reported.</param>
    /// <param name="time">The clock.</param>
    /// <param name="name">What is done.</param>
    /// <param name="label">To what.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> RunAsync<T>(
        IRunObserver observer, TimeProvider time, string name, string label, Func<IProgress<StageProgress>, Task<T>> work)
    {
        var stage = new StageIdentity(name, label, Fingerprint.Of(label));
        var watch = Stopwatch.StartNew();
        observer.Observe(new StageStarted(time.GetUtcNow(), stage, 1));
        try
        {
            var result = await work(new Progress(observer, time, stage));
            observer.Observe(new StageCompleted(time.GetUtcNow(), stage, 1, watch.Elapsed));
            return result;
        }
        catch (Exception fault)
        {
            observer.Observe(new StageFailed(time.GetUtcNow(), stage, 1, fault.Message, fault is OperationCanceledException));
            throw;
        }
    }

    private sealed class Progress(IRunObserver observer, TimeProvider time, StageIdentity stage) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => observer.Observe(new StageProgressed(time.GetUtcNow(), stage, value));
    }
}
