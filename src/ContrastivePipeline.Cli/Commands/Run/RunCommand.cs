using System.CommandLine;
using ContrastivePipeline.Cli.Commands.Data;
using ContrastivePipeline.Cli.Experiments;
using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Cli.Results;
using ContrastivePipeline.Workflow.Pipeline;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Commands.Run;

/// <summary><c>contrastive run FILE|NAME</c>: an experiment from its data to its report.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string> _experiment = WordArgument.Create("EXPERIMENT", ExperimentLocator.Help);

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Do everything anew instead of using what earlier runs did." };

    private readonly Option<string?> _dataset = new("--dataset")
    {
        Description = "A stored dataset, NAME (its current version) or NAME@VERSION, instead of the experiment's source.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for the report. Default: reports/RUN in the local folder.",
        HelpName = "DIR",
    };

    public RunCommand(CliEnvironment world)
        : base("run", "Runs an experiment from its data to its report, or resumes its last run if that did not complete.", world)
    {
        Add(_experiment);
        Add(_dataset);
        Add(_fresh);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var name = call.Get(_experiment);
        var text = await LocalComposition.ReadAsync(name, cancellationToken);
        var wanted = call.Get(_out) is { } named ? OutputFolder.Require("--out", named) : null;
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var request = await LocalComposition.Requests(call).CreateAsync(
            text, session.Store, call.Get(_dataset), call.Get(_fresh), cancellationToken);
        await DatasetNotice.WriteAsync(call, session.Store, request.Input, call.Get(_dataset), cancellationToken);
        try
        {
            var outcome = await RunAsync(call, session, request, cancellationToken);
            var report = await ReportFolder.WriteAsync(
                session.Store, outcome.Output.Report, wanted ?? ReportFolder.Default(call, outcome.Run.Id), cancellationToken);
            if (call.Json)
                call.WriteJsonLine(new { Event = "report-written", RunId = outcome.Run.Id, Report = report });
            else
                await RunSummary.WriteAsync(call, session.Store, outcome.Run, report, cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Notice($"Interrupted. '{Again(call)}' resumes where it stopped.");
            return ExitCode.Interrupted;
        }
        catch (RunCancelledException cancelled)
        {
            call.Notice($"{cancelled.Message} '{Again(call)}' resumes where it stopped.");
            return ExitCode.Interrupted;
        }
    }

    // A stored dataset may have got another current version meanwhile: then the same command would begin a new run.
    private string Again(Invocation call) =>
        $"contrastive run {call.Get(_experiment)}" + (call.Get(_dataset) is { } dataset ? $" --dataset {dataset}" : "");

    private static async Task<RunOutcome<PipelineOutput>> RunAsync(
        Invocation call, Stores.StoreSession session, RunRequest<PipelineInput, PipelineOutput> request, CancellationToken cancellationToken)
    {
        using var pipeline = LocalComposition.Open(session, call);
        await using var display = RunDisplay.Open(call);
        await using var told = cancellationToken.Register(
            () => display.Say("Stopping at the next checkpoint; press Ctrl-C again to stop at once."));
        return await pipeline.Launcher.RunAsync(request, display, cancellationToken);
    }
}
