using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data</c>: the commands of a data engineer.</summary>
internal sealed class DataCommand : Command
{
    public DataCommand(Surroundings world)
        : base("data", "Prepares, shows and checks datasets.")
    {
        Add(new PrepareCommand(world));
        Add(new InspectCommand(world));
        Add(new VerifyCommand(world));
    }
}
