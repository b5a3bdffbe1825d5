using System.CommandLine;
using ContrastivePipeline.Observability;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli;

/// <summary>A command of the program.</summary>
internal abstract class CliCommand : Command
{
    private readonly CliEnvironment _world;

    protected CliCommand(string name, string description, CliEnvironment world)
        : base(name, description)
    {
        _world = world;
        SetAction(RunAsync);
    }

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(Invocation call, CancellationToken cancellationToken);

    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var telemetry = TelemetryExport.Start("contrastive", _world.Variable);
        try
        {
            var log = new RunEventLog(telemetry.Logs.CreateLogger("ContrastivePipeline"));
            return await RunAsync(new Invocation(parse, _world with { Log = log }), cancellationToken);
        }
        finally
        {
            telemetry.Dispose();
            if (telemetry.Trouble is { } trouble)
                _world.Error.WriteLine(Failure.HideSecrets($"Some telemetry could not be delivered: {trouble}"));
        }
    }
}
