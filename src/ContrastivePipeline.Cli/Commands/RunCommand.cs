using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive run FILE|NAME</c>: an experiment from its data to its report.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string> _experiment = WordArgument.Create("EXPERIMENT", ExperimentLocator.Help);

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Do everything anew instead of using what earlier runs did." };

    private readonly Option<string?> _dataset = new("--dataset")
    {
        Description = "A stored dataset, NAME (its current version) or NAME@VERSION, instead of the experiment's source.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _out = ExperimentRun.Out();

    public RunCommand(CliEnvironment environment)
        : base("run", "Runs an experiment from its data to its report, or resumes its last run if that did not complete.", environment)
    {
        Add(_experiment);
        Add(_dataset);
        Add(_fresh);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var text = await LocalComposition.ReadAsync(call.Get(_experiment), cancellationToken);
        var wanted = ExperimentRun.Folder(call, _out);
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var request = await LocalComposition.Requests(call).CreateAsync(
            text, session.Store, call.Get(_dataset), call.Get(_fresh), cancellationToken);
        await DatasetNotice.WriteAsync(call, session.Store, request.Input, call.Get(_dataset), cancellationToken);
        return await ExperimentRun.RunAsync(call, session, request, wanted, Again(call), cancellationToken);
    }

    // The current version of a stored dataset may change before the command is given again: then it starts a new run.
    private string Again(Invocation call) =>
        $"contrastive run {call.Get(_experiment)}" + (call.Get(_dataset) is { } dataset ? $" --dataset {dataset}" : "");
}

/// <summary>Warns of a run that does not use the newest data: refreshed captions, or a source that was corrected and prepared
/// again.</summary>
internal static class DatasetNotice
{
    /// <summary>Writes the notice, if there is reason for one.</summary>
    /// <param name="input">Input of the run: its dataset is a source or a stored version.</param>
    /// <param name="reference">Value of <c>--dataset</c>; null where it is not given.</param>
    public static async Task WriteAsync(
        Invocation call, ArtifactStore store, PipelineInput input, string? reference, CancellationToken cancellationToken)
    {
        if (input.Dataset is { Name: var name })
        {
            if (await new DatasetCatalog(store).CurrentAsync(name, cancellationToken) is { } current
                && (await new DatasetReader(store).ReadManifestAsync(name, current.Version, cancellationToken)).Refresh is not null)
            {
                call.Notice($"'{name}' was refreshed: its current version is {current.Version}. "
                    + "This run uses the source as its files are, without what the refresh changed; "
                    + $"'--dataset {name}' uses the current version.");
            }
        }
        else if (input.Stored is { } stored && reference == stored.Name
            && await NewerVersion.FindAsync(store, reference, cancellationToken) is { } newer)
        {
            call.Notice($"This run uses {stored.Name}@{stored.Version}. {newer.Describe()}");
        }
    }
}
