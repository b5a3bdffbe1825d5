namespace ContrastivePipeline.Tests.Storage;

/// <summary>A clock that runs so many times faster than the system's.</summary>
internal sealed class FastTime(double factor) : TimeProvider
{
    public override long GetTimestamp() => (long)(System.GetTimestamp() * factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

    private TimeSpan Shorter(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;
}
