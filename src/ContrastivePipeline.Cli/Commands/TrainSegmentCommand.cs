using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive train-segment</c>: runs an order on a machine that was started for it.</summary>
internal sealed class TrainSegmentCommand : CliCommand
{
    private readonly Argument<string> _execution = WordArgument.Create(
        "EXECUTION", $"The order to carry out. Default: {ContainerAppsJobLauncher.ExecutionVariable}.", "");

    public TrainSegmentCommand(CliEnvironment environment)
        : base("train-segment", "Carries out an order of a durable host, on a machine that was started for it.", environment) =>
            Add(_execution);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var execution = call.Get(_execution) is { Length: > 0 } given
            ? given
            : call.Environment.Variable(ContainerAppsJobLauncher.ExecutionVariable)
                ?? throw new UsageException($"Which order? Give its name, or set {ContainerAppsJobLauncher.ExecutionVariable}.");
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var signals = await ArtifactStore.OpenAsync(LaunchSignals.AddressOf(session.Address), cancellationToken);
        using var pipeline = LocalComposition.Open(session, call);
        var job = new StageJob(session.Store, signals, pipeline.Runner, pipeline.Log, call.Environment.Time);
        var outcome = await job.RunAsync(execution, call.Notice, cancellationToken);
        call.Write(outcome switch
        {
            null => $"{execution}: another machine is running it.",
            { IsCancelled: true } => $"{execution}: its run was cancelled; what was done is saved.",
            { Error: { } error } => $"{execution}: failed, and the host was notified: {error}",
            _ => $"{execution}: done.",
        });
        // The failure has been reported to the host: exit code 0, so that the platform does not start this machine again.
        return ExitCode.Done;
    }
}
