using System.CommandLine;
using System.Text.Json;
using TorchSharp;

namespace ContrastivePipeline.Cli.Commands.Export;

/// <summary><c>contrastive export RUN --variant V --to DIR</c>: a trained model for other programs.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);
    private readonly Option<string> _variant = new("--variant") { Description = "The variant.", HelpName = "NAME", Required = true };
    private readonly Option<int?> _seed =
        new("--seed") { Description = "The training seed. Default: the lowest that the variant has.", HelpName = "N" };
    private readonly Option<string> _to = new("--to") { Description = "Folder to write into.", HelpName = "DIR", Required = true };

    public ExportCommand(CliEnvironment environment)
        : base("export", "Writes a trained model: model.safetensors with upstream keys, its configuration "
            + "(as open_clip reads it), vocabulary.txt.", environment)
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
        {
            call.Notice($"{model.Variant} has the seeds {string.Join(", ", choice.Seeds)}; this is seed {choice.Seed}. "
                + "--seed names another.");
        }
        if (call.Json)
        {
            call.WriteJson(new { RunId = run.Id, model.Variant, model.Seed, Folder = folder, Files = ExportedModel.Files });
        }
        else
        {
            call.Write($"{model.Variant}, seed {model.Seed}, of run {run.Id}: {string.Join(", ", ExportedModel.Files)} in {folder}");
        }
        return ExitCode.Done;
    }
}

/// <summary>A trained model as files: weights, configuration, vocabulary.</summary>
internal static class ExportedModel
{
    private const string Weights = "model.safetensors";
    private const string Configuration = "config.json";

    // The only name that open_clip's `local-dir:` looks for; the content is that of config.json.
    private const string OpenClipConfiguration = "open_clip_config.json";
    private const string Vocabulary = "vocabulary.txt";

    public static IReadOnlyList<string> Files { get; } = [Weights, Configuration, OpenClipConfiguration, Vocabulary];

    /// <summary>Writes each file atomically: the configuration first, because it identifies the model of the folder, and the weights
    /// last.</summary>
    /// <exception cref="UsageException">The folder has files of another model.</exception>
    /// <exception cref="WeightsException">The checkpoint is damaged.</exception>
    public static async Task WriteAsync(
        ArtifactStore store, RunRecord run, EmbedInput model, string folder, CancellationToken cancellationToken)
    {
        var description = ModelDescription.Of(run, model);
        await RequireOwnAsync(folder, description.Provenance, cancellationToken);
        var weights = await store.ReadAsync(
            model.Checkpoint, (checkpoint, token) => ReadWeightsAsync(checkpoint, model, token), cancellationToken);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var name in new[] { Configuration, OpenClipConfiguration })
                await ReplacedFile.WriteAsync(Path.Combine(folder, name), WorkflowJson.ToBytes(description), cancellationToken);
            await store.DownloadAsync(model.Tokenizer.Vocabulary, Path.Combine(folder, Vocabulary), cancellationToken);
            await WriteWeightsAsync(Path.Combine(folder, Weights), weights, cancellationToken);
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }
    }

    private static async Task RequireOwnAsync(string folder, Provenance mine, CancellationToken cancellationToken)
    {
        if (Files.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is not { } found)
            return;
        var owner = await ReadOwnerAsync(Path.Combine(folder, Configuration), cancellationToken);
        if (owner is not null && (owner.CheckpointSha256, owner.Variant) == (mine.CheckpointSha256, mine.Variant))
            return;
        throw new UsageException(
            $"{folder} has "
            + (owner is null ? $"a {found} of something else" : $"{owner.Variant}, seed {owner.Recipe?.Seed ?? 0}, of run {owner.RunId}") + ". "
            + "Nothing was written: name another folder with --to, or delete that one.");
    }

    private static async Task<Owner?> ReadOwnerAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(file)
                ? WorkflowJson.FromBytes<Owned>(await File.ReadAllBytesAsync(file, cancellationToken)).Provenance
                : null;
        }
        catch (JsonException)
        {
            // A config.json of another program.
            return null;
        }
    }

    /// <summary>The model's weights by upstream's key, of the types that the checkpoint has; the caller disposes them.</summary>
    private static async Task<Dictionary<string, torch.Tensor>> ReadWeightsAsync(
        Stream checkpoint, EmbedInput model, CancellationToken cancellationToken)
    {
        var file = await SafetensorsReader.OpenAsync(checkpoint, model.Checkpoint.Path, cancellationToken);
        var wanted = model.WeightsOf(file);
        var tensors = await file.ReadAsync(wanted.Values, cancellationToken);
        return wanted.ToDictionary(entry => entry.Key, entry => tensors[entry.Value.Name], StringComparer.Ordinal);
    }

    private static async Task WriteWeightsAsync(
        string file, IReadOnlyDictionary<string, torch.Tensor> weights, CancellationToken cancellationToken)
    {
        // Readers of the format expect the framework of the tensors.
        await using var content = SafetensorsFile.Write(weights, new Dictionary<string, string> { ["format"] = "pt" })();
        await ReplacedFile.WriteAsync(file, content, cancellationToken);
    }

    /// <summary>The fields of an existing <see cref="ModelDescription"/>, of any program version, that identify its model.</summary>
    private sealed record Owned(Owner Provenance);

    private sealed record Owner(string RunId, string Variant, string CheckpointSha256, OwnerRecipe? Recipe);

    private sealed record OwnerRecipe(long Seed);
}
