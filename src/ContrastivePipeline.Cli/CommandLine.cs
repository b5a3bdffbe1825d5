using System.CommandLine;
using ContrastivePipeline.Cli.Commands.Costs;
using ContrastivePipeline.Cli.Commands.Data;
using ContrastivePipeline.Cli.Commands.Doctor;
using ContrastivePipeline.Cli.Commands.Explain;
using ContrastivePipeline.Cli.Commands.Export;
using ContrastivePipeline.Cli.Commands.Pull;
using ContrastivePipeline.Cli.Commands.Repair;
using ContrastivePipeline.Cli.Commands.Report;
using ContrastivePipeline.Cli.Commands.Results;
using ContrastivePipeline.Cli.Commands.Run;
using ContrastivePipeline.Cli.Commands.Runs;
using ContrastivePipeline.Cli.Commands.Search;
using ContrastivePipeline.Cli.Commands.Serve;
using ContrastivePipeline.Cli.Commands.Status;
using ContrastivePipeline.Cli.Commands.TrainSegment;

namespace ContrastivePipeline.Cli;

/// <summary>The program's grammar, and the one place where errors become words and exit codes.</summary>
internal static class CommandLine
{
    private const string Description =
        "Trains contrastive models of images and captions, evaluates them and reports, durably: what was done is never done again.";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">What the user typed.</param>
    /// <param name="world">The process.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CliEnvironment world, CancellationToken stop)
    {
        var parse = Grammar(world).Parse(args.Length == 0 ? ["--help"] : args);
        if (parse.Errors.Count > 0)
        {
            foreach (var error in parse.Errors.Select(error => ParseErrors.Describe(error.Message)).Distinct())
                world.Error.WriteLine(Failure.HideSecrets(error));
            world.Error.WriteLine($"See '{PathOf(parse.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = world.Out,
            Error = world.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parse.InvokeAsync(configuration, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            world.Error.WriteLine("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception fault)
        {
            var failure = Failure.Of(fault, parse.GetValue(GlobalOptions.Verbose));
            world.Error.WriteLine(failure.Message);
            return failure.Code;
        }
    }

    private static RootCommand Grammar(CliEnvironment world)
    {
        var root = new RootCommand($"{Description}\n\n{ExitCode.Help}")
        {
            new RunCommand(world),
            new StatusCommand(world),
            new RunsCommand(world),
            new ReportCommand(world),
            new ResultsCommand(world),
            new CostsCommand(world),
            new RepairCommand(world),
            new SearchCommand(world),
            new ExplainCommand(world),
            new PullCommand(world),
            new ExportCommand(world),
            new DataCommand(world),
            new ServeCommand(world),
            new TrainSegmentCommand(world),
            new DoctorCommand(world),
        };
        foreach (var option in GlobalOptions.All)
            root.Add(option);
        return root;
    }

    private static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{PathOf(parent)} {command.Name}"
        : "contrastive";
}
