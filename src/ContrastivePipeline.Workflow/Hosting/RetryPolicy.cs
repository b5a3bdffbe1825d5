namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>How often and how soon a stage is tried again after a transient fault.</summary>
/// <param name="Coefficient">Each wait is the one before times this.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan FirstWait, double Coefficient, TimeSpan MaxWait)
{
    /// <summary>Three attempts, on top of the store repeating every request for as long as it is patient.</summary>
    public static RetryPolicy Default { get; } = new(3, TimeSpan.FromSeconds(2), 2, TimeSpan.FromSeconds(30));

    /// <summary>Wait after an attempt that failed.</summary>
    public TimeSpan WaitAfter(int attempt)
    {
        var wait = FirstWait * Math.Pow(Coefficient, attempt - 1);
        return wait < MaxWait ? wait : MaxWait;
    }
}
