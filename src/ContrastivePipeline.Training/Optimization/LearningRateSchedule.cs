namespace ContrastivePipeline.Training.Optimization;

/// <summary>Linear warm-up, then a half cosine to zero at <paramref name="TotalSteps"/> and zero after it.</summary>
/// <param name="BaseRate">The rate at the end of warm-up.</param>
/// <param name="WarmupSteps">Steps of warm-up; step 0 runs at base/warm-up.</param>
/// <param name="TotalSteps">Steps of the whole training.</param>
/// <remarks>As CyCLIP's scheduler, except that it climbs again after the last step and that its epoch counter starts at 1.</remarks>
public sealed record LearningRateSchedule(double BaseRate, int WarmupSteps, int TotalSteps)
{
    /// <summary>The rate of a step, 0-based.</summary>
    public double At(long step)
    {
        if (step < WarmupSteps)
            return BaseRate * (step + 1) / WarmupSteps;
        if (step >= TotalSteps)
            return 0;
        return BaseRate * 0.5 * (1 + Math.Cos(Math.PI * (step - WarmupSteps) / (TotalSteps - WarmupSteps)));
    }
}
