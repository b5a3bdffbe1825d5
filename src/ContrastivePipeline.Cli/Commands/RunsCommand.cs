using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive runs</c>: all runs, newest first.</summary>
internal sealed class RunsCommand : CliCommand
{
    private readonly Option<string?> _experiment = new("--experiment") { Description = "Only runs of this experiment.", HelpName = "NAME" };

    public RunsCommand(CliEnvironment environment)
        : base("runs", "Lists the runs in the store, newest first.", environment) => Add(_experiment);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var runs = new List<(RunRecord Run, bool Active)>();
        var active = new Dictionary<string, bool>();
        await foreach (var run in session.Runs.ListAsync(call.Get(_experiment), damaged => call.Notice(damaged.Message), cancellationToken))
        {
            if (run is { State: RunState.Running, Host: null } && !active.ContainsKey(run.Experiment))
                active[run.Experiment] = await session.Runs.IsActiveAsync(run.Experiment, cancellationToken);
            runs.Add((run, run.Host is not null || active.GetValueOrDefault(run.Experiment)));
        }
        runs.Sort((a, b) => b.Run.Started.CompareTo(a.Run.Started));

        if (call.Json)
        {
            call.WriteJson(runs.Select(r => new RunLine(
                r.Run.Id, r.Run.Experiment, RunTextFormatter.State(r.Run, r.Active), r.Run.Started, r.Run.Finished, r.Run.Session,
                r.Run.Error)).ToArray());
        }
        else
        {
            WriteTable(call, runs);
        }
        return ExitCode.Done;
    }

    private static void WriteTable(Invocation call, List<(RunRecord Run, bool Active)> runs)
    {
        if (runs.Count == 0)
        {
            call.Write("There is no run yet. Start one: contrastive run demo");
            return;
        }
        var table = ConsoleTables.Create("Run", "State", "Started", ">Time", ">Stages");
        foreach (var (run, active) in runs)
        {
            var done = run.Stages.Count(stage => stage.State == RunState.Completed);
            table.Add(run.Id, RunTextFormatter.State(run, active), RunTextFormatter.Started(run, call.Environment.Time),
                RunTextFormatter.Elapsed(run, active, call.Environment.Time), $"{done}/{run.Stages.Count}");
        }
        call.Console.Write(table);
    }

    /// <summary>A run in the JSON output.</summary>
    private sealed record RunLine(
        string Id, string Experiment, string State, DateTimeOffset Started, DateTimeOffset? Finished, int Session, string? Error);
}
