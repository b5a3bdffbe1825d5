using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive repair RUN</c>: reads all artifacts of a run and removes damaged ones.</summary>
internal sealed class RepairCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);

    public RepairCommand(CliEnvironment environment)
        : base("repair", "Reads a run's artifacts and removes those that are damaged; "
            + "the next run of its experiment makes them again.", environment) => Add(_run);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        RepairedRun repaired;
        await using (var display = call.OpenDisplay())
        {
            repaired = await Step.RunAsync(
                display, call.Environment.Time, "repair", run.Id,
                progress => new RunRepair(session.Store, run).RunAsync(progress, cancellationToken));
        }

        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "repaired",
                RunId = run.Id,
                repaired.Checked,
                Removed = repaired.Removed.Select(artifact => artifact.Path),
                Missing = repaired.Missing.Select(artifact => artifact.Path),
                Expired = repaired.Expired.Select(artifact => artifact.Path),
                repaired.Gone,
            });
            return ExitCode.Done;
        }
        foreach (var artifact in repaired.Removed)
            call.Write($"damaged, removed: {artifact.Path}");
        foreach (var artifact in repaired.Missing)
            call.Write($"missing: {artifact.Path}");
        foreach (var gone in repaired.Gone)
            call.Write(gone);
        var expired = repaired.Expired.Count > 0
            ? $" {repaired.Expired.Count} intermediate training states have expired, which harms nothing."
            : "";
        call.Write(repaired.IsWhole
            ? $"{repaired.Checked} artifacts of run {run.Id} read: none is damaged.{expired}"
            : $"'contrastive run {run.Experiment}' makes again what is gone, and nothing else.{expired}");
        return ExitCode.Done;
    }
}
