using System.CommandLine;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data verify DATASET</c>: re-reads all of a dataset version.</summary>
internal sealed class VerifyCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", DataCommand.VersionHelp);

    public VerifyCommand(CliEnvironment environment)
        : base("verify", "Re-reads a dataset version: hashes, images, references and accounting.", environment) => Add(_dataset);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var manifest = await new DatasetCatalog(session.Store).FindAsync(call.Get(_dataset), cancellationToken);
        var found = await VerifyAsync(call, session, manifest, cancellationToken);
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "dataset-verified",
                manifest.Name,
                manifest.Version,
                found.IsSound,
                found.Parts,
                found.Rows,
                found.Problems,
            });
        }
        else if (found.IsSound)
        {
            call.Write($"{manifest.Name}@{manifest.Version} is sound: {Count(found.Parts)} parts, {Count(found.Rows)} rows.");
        }
        else
        {
            call.Write($"{manifest.Name}@{manifest.Version} is damaged:\n{string.Join('\n', found.Problems)}");
        }
        return found.IsSound ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<DatasetVerification> VerifyAsync(
        Invocation call, StoreSession session, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        await using var display = call.OpenDisplay();
        var parts = manifest.AllParts().Count();
        return await Step.RunAsync(display, call.Environment.Time, "verify", $"{manifest.Name}@{manifest.Version}", progress =>
            new DatasetReader(session.Store).VerifyAsync(manifest, new Parts(progress, parts), cancellationToken));
    }

    private sealed class Parts(IProgress<StageProgress> progress, int total) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => progress.Report(new StageProgress(value.Done, total, "parts"));
    }
}
