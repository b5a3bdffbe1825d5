namespace ContrastivePipeline.Workflow.Stages;

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
