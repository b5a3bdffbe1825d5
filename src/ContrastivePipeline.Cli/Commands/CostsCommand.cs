using System.CommandLine;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive costs RUN</c>: time, bytes and requests of the stages of a run.</summary>
internal sealed class CostsCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);

    public CostsCommand(CliEnvironment environment)
        : base("costs", "Shows what a run's stages took: time, processor and GPU time, bytes and requests of the store.", environment) =>
            Add(_run);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var costs = await RunCosts.ReadAsync(session.Store, run, cancellationToken);
        if (call.Json)
        {
            call.WriteJson(costs);
        }
        else
        {
            Write(call, run.Id, costs);
        }
        return ExitCode.Done;
    }

    private static void Write(Invocation call, string run, RunCosts costs)
    {
        if (costs.Stages.Count == 0)
        {
            call.Write($"Run {run} has done nothing yet.");
            return;
        }
        ConsoleTables.WriteFitting(
            call.Console, ["Stage", ">Done", ">Time", ">CPU time", ">GPU time", ">Requests", ">Received", ">Sent", ">Stored"],
            [.. costs.Stages.Append(costs.Total).Select(cost => (string[])[cost.Stage, $"{cost.Stages}", .. Cells(cost)])]);
        if (costs.Reused > 0)
            call.Write($"Of these stages, earlier runs did {costs.Reused}, which cost this one nothing.");
        if (costs.Total.Metered < costs.Total.Stages)
            call.Write($"Of {costs.Total.Stages - costs.Total.Metered} stages it is not known: an older version of the program did them.");
        foreach (var gone in costs.Gone)
            call.Notice(gone);
        if (costs.Lost.Seconds > 0)
        {
            call.Write($"Attempts that failed or were interrupted took {Time(costs.Lost.CpuSeconds)} of CPU time and "
                + $"{Time(costs.Lost.GpuSeconds)} of GPU time more.");
        }
    }

    private static IEnumerable<string> Cells(StageCost cost) =>
    [
        Time(cost.Seconds), Time(cost.CpuSeconds), Time(cost.GpuSeconds), $"{cost.Store.Requests}", Bytes(cost.Store.BytesReceived),
        Bytes(cost.Store.BytesSent), Bytes(cost.Store.BytesStored),
    ];

    private static string Time(double seconds) => seconds == 0 ? "0" : Duration(TimeSpan.FromSeconds(seconds));
}
