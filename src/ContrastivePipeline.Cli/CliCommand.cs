using System.CommandLine;

namespace ContrastivePipeline.Cli;

/// <summary>A command of the program, with telemetry around it.</summary>
internal abstract class CliCommand : Command
{
    private readonly CliEnvironment _environment;

    protected CliCommand(string name, string description, CliEnvironment environment)
        : base(name, description)
    {
        _environment = environment;
        SetAction(RunAsync);
    }

    /// <summary>Runs the command; exceptions become messages and exit codes in <see cref="CommandLine"/>.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(Invocation call, CancellationToken cancellationToken);

    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var telemetry = TelemetryExport.Start("contrastive", _environment.Variable);
        try
        {
            var log = new RunEventLog(telemetry.Logs.CreateLogger("ContrastivePipeline"));
            return await RunAsync(new Invocation(parse, _environment with { Log = log }), cancellationToken);
        }
        finally
        {
            telemetry.Dispose();
            if (telemetry.Trouble is { } trouble)
                _environment.Error.WriteLine(Failure.HideSecrets($"Some telemetry could not be delivered: {trouble}"));
        }
    }
}

/// <summary>A positional argument that rejects what begins with '-', so that a misspelt option is reported as one.</summary>
internal static class WordArgument
{
    public static Argument<string> Create(string name, string help)
    {
        var argument = new Argument<string>(name) { Description = help };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option)
                result.AddError($"Unrecognized option '{option.Value}'.");
        });
        return argument;
    }

    /// <summary>An argument that may be left out and then has a default value.</summary>
    public static Argument<string> Create(string name, string help, string otherwise)
    {
        var argument = Create(name, help);
        argument.Arity = ArgumentArity.ZeroOrOne;
        argument.DefaultValueFactory = _ => otherwise;
        return argument;
    }
}
