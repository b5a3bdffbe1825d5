namespace ContrastivePipeline.Tests.Workflow;

public sealed class StageAttemptTests
{
    [Fact]
    public void A_GPU_counts_for_as_long_as_it_is_held()
    {
        var time = new ManualTime();
        using var attempt = new StageAttempt(1, time);
        var gpu = attempt.HoldGpu();
        time.Advance(TimeSpan.FromSeconds(10));
        gpu.Dispose();
        time.Advance(TimeSpan.FromSeconds(5));
        gpu.Dispose();
        using (attempt.HoldGpu())
            time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((17, 12), (attempt.Usage.Seconds, attempt.Usage.GpuSeconds));
    }

    [Fact]
    public void What_it_used_stands_still_once_it_is_over()
    {
        var time = new ManualTime();
        var attempt = new StageAttempt(1, time);
        time.Advance(TimeSpan.FromSeconds(3));
        attempt.Dispose();
        var used = attempt.Usage;
        Work(TimeSpan.FromMilliseconds(30));
        time.Advance(TimeSpan.FromSeconds(3));
        attempt.Dispose();

        Assert.Equal(3, used.Seconds);
        Assert.Equal(used, attempt.Usage);
    }

    [Fact]
    public void Processor_time_is_shared_by_those_at_work_and_never_counted_twice()
    {
        var before = Environment.CpuUsage.TotalTime;
        using var first = new CpuShare();
        using var second = new CpuShare();
        Work(TimeSpan.FromMilliseconds(200));
        second.Dispose();
        var half = second.Seconds;
        Work(TimeSpan.FromMilliseconds(200));
        var whole = first.Seconds;
        var process = (Environment.CpuUsage.TotalTime - before).TotalSeconds;

        Assert.True(half > 0 && whole > half, $"{half}, {whole}");
        Assert.Equal(half, second.Seconds);
        Assert.True(half + whole <= process, $"{half} + {whole} > {process}");
    }

    private static void Work(TimeSpan cpu)
    {
        var until = Environment.CpuUsage.TotalTime + cpu;
        while (Environment.CpuUsage.TotalTime < until)
            Thread.SpinWait(10_000);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
