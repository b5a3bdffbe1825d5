using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>
/// How often one call is made again. Faults of the moment and lost workers are counted apart: that a worker dies or is taken away is no
/// failure of what it was doing, and a stage that keeps killing its workers must come to an end all the same.
/// </summary>
/// <param name="name">Name of the function that is called.</param>
/// <param name="retry">How often a fault of the moment is met, and how long to wait after it or a lost worker.</param>
internal sealed class RetryBudget(string name, ActivityRetry retry)
{
    // As many as a stage gets machines of its own.
    private const int Workers = 8;

    private int _failures;
    private int _losses;

    /// <summary>How long to wait after a fault that may pass.</summary>
    /// <exception cref="PermanentStageException">It was the last attempt.</exception>
    public TimeSpan AfterFailure(string why) => ++_failures < retry.Attempts
        ? Wait
        : throw new PermanentStageException($"{name} was tried {retry.Attempts} times and failed: {why}");

    /// <summary>How long to wait after a call that came to no answer.</summary>
    /// <exception cref="PermanentStageException">It was the last one.</exception>
    public TimeSpan AfterLoss(string why) => ++_losses < Workers
        ? Wait
        : throw new PermanentStageException(
            $"{name} lost its worker {Workers} times; the last time the host said: {why} "
            + "The host's log has more. If workers run out of memory, give them more or run fewer stages at once, then resume the run.");

    private TimeSpan Wait
    {
        get
        {
            var wait = retry.FirstWait * Math.Pow(2, _failures + _losses - 1);
            return wait < retry.LongestWait ? wait : retry.LongestWait;
        }
    }
}
