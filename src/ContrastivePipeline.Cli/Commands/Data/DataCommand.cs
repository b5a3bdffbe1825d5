using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data</c>: the commands of a data engineer.</summary>
internal sealed class DataCommand : Command
{
    public DataCommand(CliEnvironment world)
        : base("data", "Prepares, shows, checks and refreshes datasets.")
    {
        Add(new PrepareCommand(world));
        Add(new InspectCommand(world));
        Add(new VerifyCommand(world));
        Add(new RefreshCommand(world));
        Add(new VersionsCommand(world));
        Add(new DiffCommand(world));
        Add(new UseCommand(world));
        Add(new RollbackCommand(world));
        Add(new GarbageCommand(world));
    }
}
