using System.CommandLine;
using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Cli.Commands.Export;

/// <summary><c>contrastive export RUN --variant V --to DIR</c>: a trained model for other programs.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);
    private readonly Option<string> _variant = new("--variant") { Description = "The variant.", HelpName = "NAME", Required = true };
    private readonly Option<int?> _seed = new("--seed") { Description = "The training seed. Default: the lowest that the variant has.", HelpName = "N" };
    private readonly Option<string> _to = new("--to") { Description = "Folder to write into.", HelpName = "DIR", Required = true };

    public ExportCommand(CliEnvironment world)
        : base("export", "Writes a trained model: model.safetensors with upstream keys, its configuration (as open_clip reads it), vocabulary.txt.", world)
    {
        Add(_run);
        Add(_variant);
        Add(_seed);
        Add(_to);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var folder = OutputFolder.Require("--to", call.Get(_to)!);
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var choice = await new ModelFinder(session.Store, run).FindAsync(call.Get(_variant), call.Get(_seed), cancellationToken);
        var model = choice.Model;
        await ExportedModel.WriteAsync(session.Store, run, model, folder, cancellationToken);
        if (call.Get(_seed) is null && choice.Seeds.Count > 1)
            call.Notice($"{model.Variant} has the seeds {string.Join(", ", choice.Seeds)}; this is seed {choice.Seed}. --seed names another.");
        if (call.Json)
            call.WriteJson(new { RunId = run.Id, model.Variant, model.Recipe.Seed, Folder = folder, Files = ExportedModel.Files });
        else
            call.Write($"{model.Variant}, seed {model.Recipe.Seed}, of run {run.Id}: {string.Join(", ", ExportedModel.Files)} in {folder}");
        return ExitCode.Done;
    }
}
