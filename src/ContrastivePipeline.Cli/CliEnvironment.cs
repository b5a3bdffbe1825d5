using ContrastivePipeline.Workflow.Events;

namespace ContrastivePipeline.Cli;

/// <summary>What a command sees of the process that it runs in.</summary>
/// <param name="Out">Results go here.</param>
/// <param name="Error">Notices and errors go here.</param>
/// <param name="IsTerminal">Whether a person watches <paramref name="Out"/>.</param>
/// <param name="Variable">Reads an environment variable; null where it is not set.</param>
/// <param name="Time">The clock and the time zone to show times in.</param>
internal sealed record CliEnvironment(TextWriter Out, TextWriter Error, bool IsTerminal, Func<string, string?> Variable, TimeProvider Time)
{
    /// <summary>Watches all runs, for telemetry.</summary>
    public IRunObserver Log { get; init; } = NullRunObserver.Instance;

    /// <summary>The real ones.</summary>
    public static CliEnvironment OfProcess() => new(
        Console.Out, Console.Error, !Console.IsOutputRedirected, Environment.GetEnvironmentVariable, TimeProvider.System);
}
