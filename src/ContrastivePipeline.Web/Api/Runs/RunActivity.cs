using System.Collections.Concurrent;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Web.Api.Runs;

/// <summary>
/// Whether runs that say they are running have a process. To look costs the store a lock, so that the answer is kept for seconds and
/// shared by everyone who asks.
/// </summary>
/// <param name="runs">The runs.</param>
/// <param name="time">The clock.</param>
public sealed class RunActivity(RunStore runs, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    /// <summary>Whether a process works on the run.</summary>
    public async Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (run.State != RunState.Running)
            return false;
        var now = time.GetTimestamp();
        var look = _looks.AddOrUpdate(
            run.Experiment,
            experiment => new Look(now, runs.IsActiveAsync(experiment, CancellationToken.None)),
            (experiment, last) => last.Answer.IsFaulted || (last.Answer.IsCompleted && time.GetElapsedTime(last.At) > Freshness)
                ? new Look(now, runs.IsActiveAsync(experiment, CancellationToken.None))
                : last);
        return await look.Answer.WaitAsync(cancellationToken);
    }

    private sealed record Look(long At, Task<bool> Answer);
}
