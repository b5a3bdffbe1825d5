using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands;

/// <summary>Runs an experiment to its report, for the commands that do.</summary>
internal static class ExperimentRun
{
    public static Option<string?> Out() => new("--out")
    {
        Description = "Folder for the report. Default: reports/RUN in the local folder.",
        HelpName = "DIR",
    };

    /// <summary>The folder that was named for the report; null where none was.</summary>
    public static string? Folder(Invocation call, Option<string?> option) =>
        call.Get(option) is { } named ? OutputFolder.Require(option.Name, named) : null;

    /// <param name="folder">Folder for the report; null for the usual one.</param>
    /// <param name="again">The command that resumes the run.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        Invocation call, StoreSession session, RunRequest<PipelineInput, PipelineOutput> request, string? folder, string again,
        CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await LaunchAsync(call, session, request, cancellationToken);
            var report = await ReportFolder.WriteAsync(
                session.Store, outcome.Output.Report, folder ?? ReportFolder.Default(call, outcome.Run.Id), cancellationToken);
            if (call.Json)
            {
                call.WriteJsonLine(new { Event = "report-written", RunId = outcome.Run.Id, Report = report });
            }
            else
            {
                await WriteSummaryAsync(call, session.Store, outcome, report, cancellationToken);
            }
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Notice($"Interrupted. '{again}' resumes where it stopped.");
            return ExitCode.Interrupted;
        }
        catch (RunCancelledException cancelled)
        {
            call.Notice($"{cancelled.Message} '{again}' resumes where it stopped.");
            return ExitCode.Interrupted;
        }
    }

    private static async Task<RunOutcome<PipelineOutput>> LaunchAsync(
        Invocation call, StoreSession session, RunRequest<PipelineInput, PipelineOutput> request, CancellationToken cancellationToken)
    {
        using var pipeline = LocalComposition.Open(session, call);
        await using var display = call.OpenDisplay();
        await using var notice = cancellationToken.Register(
            () => display.Say("Stopping at the next checkpoint; press Ctrl-C again to stop at once."));
        return await pipeline.Launcher.RunAsync(request, display, cancellationToken);
    }

    private static async Task WriteSummaryAsync(
        Invocation call, ArtifactStore store, RunOutcome<PipelineOutput> outcome, string report, CancellationToken cancellationToken)
    {
        var run = outcome.Run;
        var measurements = await new RunProducts(store, run).ReadMeasurementsAsync(cancellationToken);
        call.Write("");
        ConsoleResults.Write(call.Console, call.Environment.Out, [.. ConsoleResults.Headline(measurements)]);
        if (run.Stages.Count > 0 && run.Stages.All(stage => stage.Cached || stage.Name == "report"))
            call.Write("Nothing had changed since an earlier run: all results are from there. --fresh does everything anew.");
        call.Write($"Report   {report}");
        call.Write($"Numbers  contrastive results {run.Id}");
        // Embeddings alone cannot embed a question, and among texts alone there is nothing to find.
        if (outcome.Output.Trials.Any(trial => trial.Checkpoint is not null && trial.Evaluated.Any(one => !one.Dataset.IsOfTexts)))
            call.Write($"Search   contrastive search {run.Id} \"a red flag\"");
        if (outcome.Output.Trials.FirstOrDefault(trial => trial.Recipe is not null) is { } trained)
            call.Write($"Weights  contrastive export {run.Id} --variant {trained.Variant} --to DIR");
    }
}
