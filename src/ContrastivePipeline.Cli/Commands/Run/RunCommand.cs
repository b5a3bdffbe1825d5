using System.CommandLine;
using ContrastivePipeline.Cli.Experiments;
using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Cli.Results;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Commands.Run;

/// <summary><c>contrastive run FILE|NAME</c>: an experiment from its data to its report.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string> _experiment = WordArgument.Create("EXPERIMENT", ExperimentLocator.Help);

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Do everything anew instead of going on with what is there." };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for the report. Default: reports/RUN in the local folder.",
        HelpName = "DIR",
    };

    public RunCommand(Surroundings world)
        : base("run", "Runs an experiment, or goes on with its last run if that did not complete.", world)
    {
        Add(_experiment);
        Add(_fresh);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var name = call.Get(_experiment);
        var request = await LocalComposition.ReadAsync(call, name, call.Get(_fresh), cancellationToken);
        await using var session = await call.OpenStoreAsync(cancellationToken);
        try
        {
            var outcome = await RunAsync(call, session, request, cancellationToken);
            var report = await ReportFolder.WriteAsync(
                session.Store, outcome.Output.Report, call.Get(_out) ?? ReportFolder.Default(call, outcome.Run.Id), cancellationToken);
            if (call.Json)
                call.WriteJsonLine(new { Event = "report-written", RunId = outcome.Run.Id, Report = report });
            else
                await RunSummary.WriteAsync(call, session.Store, outcome.Run, report, cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Notice($"Interrupted. 'contrastive run {name}' goes on where it stopped.");
            return ExitCode.Interrupted;
        }
        catch (RunCancelledException cancelled)
        {
            call.Notice($"{cancelled.Message} 'contrastive run {name}' goes on where it stopped.");
            return ExitCode.Interrupted;
        }
    }

    private static async Task<RunOutcome<ReproductionOutput>> RunAsync(
        Invocation call, Stores.StoreSession session, RunRequest<ReproductionInput, ReproductionOutput> request, CancellationToken cancellationToken)
    {
        using var pipeline = LocalComposition.Open(session, call);
        await using var display = RunDisplay.Open(call);
        await using var told = cancellationToken.Register(
            () => display.Say("Stopping at the next checkpoint; press Ctrl-C again to stop at once."));
        return await pipeline.Launcher.RunAsync(request, display, cancellationToken);
    }
}
