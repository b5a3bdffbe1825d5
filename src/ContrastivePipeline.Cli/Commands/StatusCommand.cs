using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive status [RUN]</c>: how far a run is, stage by stage.</summary>
internal sealed class StatusCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);

    public StatusCommand(CliEnvironment environment)
        : base("status", "Shows how far a run is, stage by stage.", environment) => Add(_run);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var active = await session.Runs.IsActiveAsync(run, cancellationToken);
        if (call.Json)
        {
            call.WriteJson(new { State = RunTextFormatter.State(run, active), Run = run });
        }
        else
        {
            Write(call, run, active);
        }
        return ExitCode.Done;
    }

    private static void Write(Invocation call, RunRecord run, bool active)
    {
        var state = RunTextFormatter.State(run, active);
        call.Write($"Run {run.Id}: {state}, started {RunTextFormatter.Started(run, call.Environment.Time)}"
            + (RunTextFormatter.Elapsed(run, active, call.Environment.Time) is { Length: > 0 } time ? $", {time}" : "")
            + (run.Session > 1 ? $", {run.Session} sessions" : ""));
        if (run.Status is { } status)
            call.Write($"Phase: {status.Phase}{(status.Total > 0 ? $", {status.Done} of {status.Total}" : "")}");
        call.Write("");
        var table = ConsoleTables.Create("Stage", "State", ">Time", "Progress");
        foreach (var stage in run.Stages)
        {
            table.Add($"{stage.Name}{(stage.Label.Length > 0 ? $" ({stage.Label})" : "")}", StateOf(stage, run, active), Time(stage),
                Progress(stage));
        }
        if (run.Stages.Count > 0)
            call.Console.Write(table);
        if (run.Error is { } error)
            call.Write($"\n{error}");
        if (run.State != RunState.Completed && !active)
            call.Write($"\nThe same 'contrastive run' command resumes where it stopped.");
    }

    private static string StateOf(RunStage stage, RunRecord run, bool active) => stage.State switch
    {
        RunState.Completed => stage.Cached ? "done before" : "done",
        RunState.Running when run.State != RunState.Running || !active => "cut off",
        RunState.Running => "running",
        RunState.Failed => "failed",
        _ => "stopped",
    };

    private static string Time(RunStage stage) =>
        stage.State == RunState.Completed && !stage.Cached ? TextFormatter.Duration(TimeSpan.FromSeconds(stage.Seconds)) : "";

    private static string Progress(RunStage stage) =>
        stage.State == RunState.Completed || stage.Progress is null ? "" : TextFormatter.Amount(stage.Progress);
}
