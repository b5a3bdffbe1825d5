namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>Counts the retries of one call. Transient faults and lost workers are counted separately: the death of a worker is no failure
/// of the stage it ran, but a stage that keeps killing its workers must fail in the end.</summary>
/// <param name="retry">The number of attempts for transient faults, and the waits after a fault or a lost worker.</param>
internal sealed class RetryBudget(string name, ActivityRetry retry)
{
    // The same as the number of machines that a launched stage gets.
    private const int Workers = 8;

    private int _failures;
    private int _losses;

    /// <summary>The wait before the next attempt after a transient fault.</summary>
    /// <exception cref="PermanentStageException">It was the last attempt.</exception>
    public TimeSpan AfterFailure(string why) => ++_failures < retry.Attempts
        ? Wait
        : throw new PermanentStageException($"{name} was tried {retry.Attempts} times and failed: {why}");

    /// <summary>The wait before the next attempt after a lost worker.</summary>
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

/// <summary>Retries of an activity after a transient fault. The wait doubles from attempt to attempt.</summary>
/// <param name="Attempts">Attempts in all, the first included.</param>
public sealed record ActivityRetry(int Attempts, TimeSpan FirstWait, TimeSpan LongestWait)
{
    /// <summary>Five attempts, 5, 10, 20 and 40 s apart.</summary>
    public static ActivityRetry Default { get; } = new(5, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
}
