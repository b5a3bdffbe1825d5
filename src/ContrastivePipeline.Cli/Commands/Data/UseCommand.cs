using System.CommandLine;
using ContrastivePipeline.Data.Versions;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data use DATASET VERSION</c>: makes a version current, for example one of a mended source.</summary>
internal sealed class UseCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset.");
    private readonly Argument<string> _version = WordArgument.Create("VERSION", "The version that the name is to mean.");

    public UseCommand(CliEnvironment world)
        : base("use", "Makes a version of a dataset current: what its name means from now on. Nothing is deleted.", world)
    {
        Add(_dataset);
        Add(_version);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.World.Time);
        var name = call.Get(_dataset);
        var before = await catalog.CurrentAsync(name, cancellationToken);
        var after = before?.Version == call.Get(_version) ? before : await catalog.RollBackAsync(name, call.Get(_version), cancellationToken);
        if (call.Json)
            call.WriteJsonLine(new { Event = "dataset-version-chosen", Dataset = name, Before = before?.Version, after.Version, after.Revision });
        else if (before?.Version == after.Version)
            call.Write($"{name} is at {after.Version} already.");
        else
            call.Write($"{name} is now at {after.Version}{RollbackCommand.Undo(name, before)}");
        return ExitCode.Done;
    }
}
