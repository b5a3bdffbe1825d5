using System.CommandLine;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Cli;

/// <summary>The command line's grammar, and the one place where exceptions become messages and exit codes.</summary>
internal static partial class CommandLine
{
    private const string Description =
        "Trains contrastive models of images and captions, evaluates them and reports, durably: what was done is never done again.";

    /// <param name="args">The arguments of the process; none shows the help.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var parse = Grammar(environment).Parse(args.Length == 0 ? ["--help"] : args);
        if (parse.Errors.Count > 0)
        {
            foreach (var error in parse.Errors.Select(error => Describe(error.Message)).Distinct())
                environment.Error.WriteLine(Failure.HideSecrets(error));
            environment.Error.WriteLine($"See '{PathOf(parse.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parse.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            environment.Error.WriteLine("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception fault)
        {
            var failure = Failure.Of(fault, parse.GetValue(GlobalOptions.Verbose));
            environment.Error.WriteLine(failure.Message);
            return failure.Code;
        }
    }

    private static RootCommand Grammar(CliEnvironment environment)
    {
        var root = new RootCommand($"{Description}\n\n{ExitCode.Help}")
        {
            new RunCommand(environment),
            new EvaluateCommand(environment),
            new StatusCommand(environment),
            new RunsCommand(environment),
            new ReportCommand(environment),
            new ResultsCommand(environment),
            new CostsCommand(environment),
            new RepairCommand(environment),
            new SearchCommand(environment),
            new ExplainCommand(environment),
            new PullCommand(environment),
            new ExportCommand(environment),
            new DataCommand(environment),
            new ServeCommand(environment),
            new TrainSegmentCommand(environment),
            new DoctorCommand(environment),
        };
        foreach (var option in GlobalOptions.All)
            root.Add(option);
        return root;
    }

    private static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{PathOf(parent)} {command.Name}"
        : "contrastive";

    // The parser's message names the .NET type that it expected.
    private static string Describe(string message) => TypeError().Match(message) is { Success: true } wrong
        ? $"{wrong.Groups["name"].Value} cannot be '{wrong.Groups["value"].Value}'"
            + (wrong.Groups["type"].Value.Contains("Int", StringComparison.Ordinal) ? ": it must be a whole number." : ".")
        : message;

    [GeneratedRegex(
        "^Cannot parse argument '(?<value>.*)' for (option|command) '(?<name>.*)' as expected type '(?<type>.*)'\\.",
        RegexOptions.Singleline)]
    private static partial Regex TypeError();
}
