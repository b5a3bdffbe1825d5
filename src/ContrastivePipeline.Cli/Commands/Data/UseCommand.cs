using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data use DATASET VERSION</c>: makes a version current, for example one of a corrected source.</summary>
internal sealed class UseCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset.");
    private readonly Argument<string> _version = WordArgument.Create("VERSION", "The version that the name is to mean.");

    public UseCommand(CliEnvironment environment)
        : base("use", "Makes a version of a dataset current: what its name means from now on. Nothing is deleted.", environment)
    {
        Add(_dataset);
        Add(_version);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.Environment.Time);
        var name = call.Get(_dataset);
        var before = await catalog.CurrentAsync(name, cancellationToken);
        var after =
            before?.Version == call.Get(_version) ? before : await catalog.RollBackAsync(name, call.Get(_version), cancellationToken);
        if (call.Json)
        {
            call.WriteJsonLine(
                new { Event = "dataset-version-chosen", Dataset = name, Before = before?.Version, after.Version, after.Revision });
        }
        else if (before?.Version == after.Version)
        {
            call.Write($"{name} is at {after.Version} already.");
        }
        else
        {
            call.Write($"{name} is now at {after.Version}{RollbackCommand.Undo(name, before)}");
        }
        return ExitCode.Done;
    }
}

/// <summary><c>contrastive data rollback DATASET [VERSION]</c>: makes an earlier version current again.</summary>
internal sealed class RollbackCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset.");
    private readonly Argument<string> _version =
        WordArgument.Create("VERSION", "The version to go back to. Default: the one that was current before.", "");

    public RollbackCommand(CliEnvironment environment)
        : base("rollback", "Makes an earlier version of a dataset current again. Nothing is deleted; "
            + "it can be undone the same way.", environment)
    {
        Add(_dataset);
        Add(_version);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.Environment.Time);
        var name = call.Get(_dataset);
        var version = call.Get(_version) is { Length: > 0 } given ? given : null;
        var before = await catalog.CurrentAsync(name, cancellationToken);
        var after = await catalog.RollBackAsync(name, version, cancellationToken);
        if (call.Json)
        {
            call.WriteJsonLine(
                new { Event = "dataset-rolled-back", Dataset = name, Before = before?.Version, after.Version, after.Revision });
        }
        else
        {
            call.Write($"{name} is at {after.Version} again{Undo(name, before)}");
        }
        return ExitCode.Done;
    }

    /// <summary>How to go back to what was current before.</summary>
    internal static string Undo(string name, CurrentVersion? before) =>
        before is null ? "." : $"; {before.Version} is kept. Undo: contrastive data use {name} {before.Version}";
}
