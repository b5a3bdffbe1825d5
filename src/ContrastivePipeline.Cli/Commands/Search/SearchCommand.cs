using System.CommandLine;
using ContrastivePipeline.Cli.Commands.Data;
using ContrastivePipeline.Cli.Experiments;
using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Cli.Commands.Search;

/// <summary><c>contrastive search RUN TEXT</c>: the media of a dataset that a trained model puts nearest to a text.</summary>
internal sealed class SearchCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help);
    private readonly Argument<string> _text = new("TEXT") { Description = "What to look for." };
    private readonly Option<string?> _variant = new("--variant") { Description = "The variant. Default: the last of the experiment.", HelpName = "NAME" };
    private readonly Option<int?> _seed = new("--seed") { Description = "The training seed. Default: the first.", HelpName = "N" };
    private readonly Option<int> _top = new("--top") { Description = "How many to show.", HelpName = "N", DefaultValueFactory = _ => 5 };

    private readonly Option<string?> _dataset = new("--dataset")
    {
        Description = "Dataset to search, NAME or NAME@VERSION. Default: the one that the run was trained on, all of its splits.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _out = new("--out") { Description = "Folder to write the media found into.", HelpName = "DIR" };

    public SearchCommand(Surroundings world)
        : base("search", "Finds the media that a trained model puts nearest to a text.", world)
    {
        _top.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var top) && top < 1)
                result.AddError($"--top {top} is not at least 1.");
        });
        Add(_run);
        Add(_text);
        Add(_variant);
        Add(_seed);
        Add(_top);
        Add(_dataset);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var model = await new RunProducts(session.Store, run).FindModelAsync(call.Get(_variant), call.Get(_seed), cancellationToken);
        var manifest = await DatasetFinder.FindAsync(
            session.Store, call.Get(_dataset) ?? $"{model.Dataset.Name}@{model.Dataset.Version}", cancellationToken);

        var index = await MediaIndex.OpenAsync(
            session.Store, model, manifest, (input, stop) => EmbedAsync(call, session, input, stop), cancellationToken);
        var found = await index.FindAsync(call.Get(_text), call.Get(_top), cancellationToken);
        var files = call.Get(_out) is { } folder ? await index.SaveAsync(found, Path.GetFullPath(folder), cancellationToken) : null;
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "found",
                RunId = run.Id,
                model.Variant,
                model.Recipe.Seed,
                Dataset = manifest.Name,
                manifest.Version,
                Media = found,
                Files = files,
            });
            return ExitCode.Done;
        }
        call.Write($"{model.Variant}, seed {model.Recipe.Seed}, in {manifest.Name}@{manifest.Version}");
        var table = Tables.Create(">Score", "Medium", "Split", "Captions");
        foreach (var medium in found)
            table.Add($"{medium.Score:0.000}", medium.MediaId, medium.Split, string.Join(" | ", medium.Captions));
        call.Console.Write(table);
        if (files is not null)
            call.Write($"Written: {string.Join(", ", files)}");
        return ExitCode.Done;
    }

    private static async Task<EmbeddedTrial> EmbedAsync(
        Invocation call, StoreSession session, EmbedInput input, CancellationToken cancellationToken)
    {
        using var composition = new LocalComposition(session, call);
        await using var display = RunDisplay.Open(call);
        return await composition.EmbedAsync(input, display, cancellationToken);
    }
}
