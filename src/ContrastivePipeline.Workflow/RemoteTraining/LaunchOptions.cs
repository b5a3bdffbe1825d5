namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>How patient a host is with the machines that train for it. Part of a workflow's input, so that a replay sees the same.</summary>
/// <param name="MaxAttempts">Machines for one segment, one after the other; evictions of spot machines count.</param>
/// <param name="Poll">Time between two looks where no event comes.</param>
/// <param name="QueueLimit">How long to wait for a machine that has not begun: as long as GPUs are scarce, waiting is no fault.</param>
/// <param name="StartGrace">How long a machine that runs may take until its first sign of life, for example to pull an image.</param>
/// <param name="SilenceLimit">How long a machine may be silent afterwards.</param>
public sealed record LaunchOptions(int MaxAttempts, TimeSpan Poll, TimeSpan QueueLimit, TimeSpan StartGrace, TimeSpan SilenceLimit)
{
    /// <summary>Eight machines, a look every two minutes, a day of waiting, half an hour to start, two minutes of silence.</summary>
    public static LaunchOptions Default { get; } =
        new(8, TimeSpan.FromMinutes(2), TimeSpan.FromDays(1), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(2));
}
