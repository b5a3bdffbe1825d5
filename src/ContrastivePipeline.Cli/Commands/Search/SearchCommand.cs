using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Search;

/// <summary><c>contrastive search RUN TEXT</c>: the media of a dataset that a trained model puts nearest to a text; with <c>--image
/// FILE</c> in place of the text, the captions nearest to an image.</summary>
internal sealed class SearchCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help);
    private readonly Argument<string?> _text = new("TEXT") { Description = "What to look for.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _image =
        new("--image") { Description = "An image to find captions for, in place of TEXT.", HelpName = "FILE" };

    // The earlier name of --image, which scripts may use.
    private readonly Option<string?> _picture = new("--picture") { Hidden = true, HelpName = "FILE" };

    private readonly Option<string?> _variant = new("--variant")
    {
        Description = "The variant. Default: the best by text to media R@1, the last of the experiment where none is measured.",
        HelpName = "NAME",
    };

    private readonly Option<int?> _seed = new("--seed") { Description = "The training seed. Default: the first.", HelpName = "N" };
    private readonly Option<int> _top = new("--top") { Description = "How many to show.", HelpName = "N", DefaultValueFactory = _ => 5 };

    private readonly Option<string?> _dataset = new("--dataset")
    {
        Description = "Dataset to search, NAME or NAME@VERSION. Default: the one that the run was trained on.",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _split = new("--split")
    {
        Description = "Split to search; may be given several times. Default: the splits that the run evaluates.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _out = new("--out") { Description = "Folder to write the media found into.", HelpName = "DIR" };

    public SearchCommand(CliEnvironment environment)
        : base("search", "Finds the media that a trained model puts nearest to a text, or the captions nearest to an image.", environment)
    {
        _top.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var top) && top < 1)
                result.AddError($"--top {top} is not at least 1.");
        });
        Validators.Add(result =>
        {
            var text = !string.IsNullOrWhiteSpace(result.GetValue(_text));
            var image = (result.GetValue(_image) ?? result.GetValue(_picture)) is not null;
            if (result.GetValue(_image) is not null && result.GetValue(_picture) is not null)
                result.AddError("--picture is the old name of --image: give --image alone.");
            if (text && image)
            {
                result.AddError("TEXT and --image exclude each other: give one of them.");
            }
            else if (!text && !image)
            {
                result.AddError("Say what to look for: TEXT, or --image FILE.");
            }
            if (image && result.GetValue(_out) is not null)
                result.AddError("--out writes media; --image finds captions.");
        });
        Add(_run);
        Add(_text);
        Add(_image);
        Add(_picture);
        Add(_variant);
        Add(_seed);
        Add(_top);
        Add(_dataset);
        Add(_split);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var image = FileOf(call) is { } file ? await ReadAsync(file, cancellationToken) : null;
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var choice = await new ModelFinder(session.Store, run).FindAsync(call.Get(_variant), call.Get(_seed), cancellationToken);
        var manifest = await new DatasetCatalog(session.Store).FindAsync(
            call.Get(_dataset) ?? $"{choice.Model.Dataset.Name}@{choice.Model.Dataset.Version}", cancellationToken);
        var dataset = await DatasetVersion.OfAsync(session.Store, manifest, cancellationToken);
        var wanted = call.Get(_split) ?? [];
        var splits = SearchSplits.Choose(choice, dataset, wanted);
        var embedded = await EmbedAsync(call, session, choice, dataset, splits, cancellationToken);
        using var index = await MediaIndex.OpenAsync(session.Store, choice.Model, embedded, manifest, cancellationToken);
        var shown = new SearchOutput(
            call, run.Id, choice, manifest, splits, SearchSplits.Describe(splits, wanted.Length > 0, dataset.Splits));
        if (image is not null)
        {
            shown.Write(FindCaptions(index, image, call));
            return ExitCode.Done;
        }
        var found = index.FindMedia(call.Get(_text)!, call.Get(_top));
        var files = call.Get(_out) is { } folder
            ? await FoundFiles.WriteAsync(session.Store, manifest, found, Path.GetFullPath(folder), cancellationToken) : null;
        shown.Write(found, files);
        return ExitCode.Done;
    }

    private string? FileOf(Invocation call) => call.Get(_image) ?? call.Get(_picture);

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new UsageException($"--image {file}: there is no such file.");
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--image {file} cannot be read: {fault.Message}", fault);
        }
    }

    private IReadOnlyList<FoundCaption> FindCaptions(MediaIndex index, byte[] image, Invocation call)
    {
        try
        {
            return index.FindCaptions(image, call.Get(_top));
        }
        catch (MediaException unusable)
        {
            throw new UsageException($"{FileOf(call)}: {unusable.Message}", unusable);
        }
    }

    /// <summary>Returns the stored embeddings of the run if they cover these splits; else computes them.</summary>
    private static async Task<EmbeddedTrial> EmbedAsync(
        Invocation call, StoreSession session, ModelChoice choice, DatasetVersion dataset, IReadOnlyList<string> splits,
        CancellationToken cancellationToken)
    {
        var model = choice.Model;
        EmbeddedSplit[] there = [.. choice.Embedded.Splits.Where(split => splits.Contains(split.Split))];
        if (there.Length == splits.Count && (dataset.Name, dataset.Version) == (model.Dataset.Name, model.Dataset.Version))
            return choice.Embedded with { Splits = there };
        using var pipeline = LocalComposition.Open(session, call);
        await using var display = call.OpenDisplay();
        return await pipeline.EmbedAsync(
            model with { Dataset = dataset, Splits = splits, ZeroShot = [] }, display, cancellationToken);
    }
}
