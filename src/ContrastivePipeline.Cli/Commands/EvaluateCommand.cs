using System.CommandLine;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive evaluate WEIGHTS --on FILE|NAME</c>: published weights measured on datasets, without training.</summary>
internal sealed partial class EvaluateCommand : CliCommand
{
    private readonly Argument<string?> _weights = new("WEIGHTS")
    {
        Description = "CLIP weights in safetensors, with OpenAI's or open_clip's keys. An open_clip_config.json or config.json beside them says "
            + "what their shapes do not; a vocabulary.txt beside them, their tokenizer.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _embeddings = new("--embeddings")
    {
        Description = "Instead of WEIGHTS: a Parquet file with a vector of every media item, caption and prompt, by any model "
            + "(columns media_id, text, embedding).",
        HelpName = "FILE",
    };

    private readonly Option<string> _on = new("--on")
    {
        Description = "What to evaluate on: an experiment (a file, or the name of one that comes with the program) for its datasets and "
            + "evaluations, or a stored dataset, NAME or NAME@VERSION.",
        HelpName = "FILE|NAME",
        Required = true,
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "open_clip's configuration of the model. Default: the one beside the weights.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _vocabulary = new("--vocabulary")
    {
        Description = "The merges of its tokenizer. Default: the vocabulary.txt beside the weights, or else CLIP's, which is fetched.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _out = ExperimentRun.Out();

    public EvaluateCommand(CliEnvironment environment)
        : base("evaluate", "Measures published weights, or the embeddings of any model, on datasets and writes a report; nothing is trained.",
            environment)
    {
        Add(_weights);
        Add(_embeddings);
        Add(_on);
        Add(_config);
        Add(_vocabulary);
        Add(_out);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var (variant, sizes) = await VariantAsync(call, cancellationToken);
        var wanted = ExperimentRun.Folder(call, _out);
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var text = await TextAsync(session, call.Get(_on)!, $"evaluate-{variant.Name}", variant, sizes, cancellationToken);
        var request = await LocalComposition.Requests(call).CreateAsync(text, session.Store, null, fresh: false, cancellationToken);
        var what = call.Get(_embeddings) is { } file ? $"--embeddings {file}" : call.Find(_weights);
        return await ExperimentRun.RunAsync(
            call, session, request, wanted, $"contrastive evaluate {what} --on {call.Get(_on)}", cancellationToken);
    }

    private async Task<(VariantSection Variant, ClipConfig? Sizes)> VariantAsync(Invocation call, CancellationToken cancellationToken)
    {
        var (weights, embeddings) = (call.Find(_weights), call.Get(_embeddings));
        if ((weights is null) == (embeddings is null))
            throw new UsageException("Give either WEIGHTS or --embeddings.");
        if (embeddings is not null)
        {
            if (call.Get(_config) is not null || call.Get(_vocabulary) is not null)
                throw new UsageException("--config and --vocabulary belong to WEIGHTS, and have no use beside --embeddings.");
            var path = Existing(embeddings);
            return (VariantSection.Of(NameOf(path), new EmbeddingsSection(path)), null);
        }
        var section = WeightsSection.Of(
            Existing(weights!), Optional("--config", call.Get(_config)), Optional("--vocabulary", call.Get(_vocabulary)));
        return (VariantSection.Of(NameOf(section.Path), section), await WeightsEvaluation.SizesOfAsync(section, cancellationToken));
    }

    // A file or a name of the program's own experiments; else a dataset of the store.
    private static async Task<ExperimentText> TextAsync(
        StoreSession session, string on, string name, VariantSection variant, ClipConfig? sizes, CancellationToken cancellationToken)
    {
        if (File.Exists(on) || ExperimentLibrary.OfProcess().PathOf(on) is not null)
        {
            return WeightsEvaluation.On(
                await LocalComposition.ReadAsync(on, cancellationToken, forEvaluation: true), name, variant, sizes);
        }
        return WeightsEvaluation.On(await new DatasetCatalog(session.Store).FindAsync(on, cancellationToken), name, variant);
    }

    private static string Existing(string path) => File.Exists(path)
        ? Path.GetFullPath(path)
        : throw new UsageException($"There is no file '{path}'.");

    private static string? Optional(string option, string? path) => path is null || File.Exists(path)
        ? path is null ? null : Path.GetFullPath(path)
        : throw new UsageException($"{option}: there is no file '{path}'.");

    // 'RN50-quickgelu.safetensors' is 'rn50-quickgelu', 'openai/model.safetensors' is 'openai'.
    private static string NameOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (name is "model" or "open_clip_model" or "weights" or "embeddings")
            name = Path.GetFileName(Path.GetDirectoryName(path)!);
        var plain = Other().Replace(name.ToLowerInvariant(), "-").Trim('-');
        return plain.Length == 0 ? "model" : plain[..Math.Min(plain.Length, 40)].Trim('-');
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Other();
}
