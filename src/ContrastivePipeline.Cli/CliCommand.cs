using System.CommandLine;

namespace ContrastivePipeline.Cli;

/// <summary>A command of the program.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, Surroundings world)
        : base(name, description) =>
        SetAction((parse, cancellationToken) => RunAsync(new Invocation(parse, world), cancellationToken));

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(Invocation call, CancellationToken cancellationToken);
}
