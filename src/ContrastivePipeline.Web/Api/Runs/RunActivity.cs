namespace ContrastivePipeline.Web.Api.Runs;

/// <summary>
/// Whether runs that say they are running have a process. To look costs the store a lock, so the answer is kept for seconds and shared.
/// </summary>
/// <param name="runs">The runs.</param>
/// <param name="time">The clock.</param>
public sealed class RunActivity(RunStore runs, TimeProvider time)
{
    private readonly SharedReads<bool> _looks = new(time, TimeSpan.FromSeconds(5), capacity: 256);

    /// <summary>Whether a process works on the run.</summary>
    public async Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken) =>
        run.State == RunState.Running
        // A resumed run is another session, and was not looked at yet.
        && await _looks.GetAsync($"{run.Id}/{run.Session}", () => runs.IsActiveAsync(run, CancellationToken.None), cancellationToken);
}
