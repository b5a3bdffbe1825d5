using System.Text.Json;
using ContrastivePipeline.Modeling.Weights;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Training;
using ContrastivePipeline.Workflow.Pipeline;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;
using TorchSharp;

namespace ContrastivePipeline.Cli.Commands.Export;

/// <summary>A trained model as files: weights, configuration, vocabulary.</summary>
internal static class ExportedModel
{
    private const string Weights = "model.safetensors";
    private const string Configuration = "config.json";

    // The only name that open_clip's `local-dir:` looks for; the content is that of config.json.
    private const string OpenClipConfiguration = "open_clip_config.json";
    private const string Vocabulary = "vocabulary.txt";

    public static IReadOnlyList<string> Files { get; } = [Weights, Configuration, OpenClipConfiguration, Vocabulary];

    /// <summary>
    /// Writes the files, each whole or not at all: the configuration first, because it says whose the folder is, and the weights last.
    /// </summary>
    /// <exception cref="UsageException">The folder has another model's files.</exception>
    /// <exception cref="WeightsException">The checkpoint is damaged.</exception>
    public static async Task WriteAsync(
        ArtifactStore store, RunRecord run, EmbedInput model, string folder, CancellationToken cancellationToken)
    {
        var description = ModelDescription.Of(run, model);
        await RequireOwnAsync(folder, description.Provenance, cancellationToken);
        var checkpoint = await store.ReadAsync(model.Checkpoint, cancellationToken);
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { Configuration, OpenClipConfiguration })
            await ReplaceAsync(Path.Combine(folder, name), WorkflowJson.ToBytes(description), cancellationToken);
        await store.DownloadAsync(model.Tokenizer.Vocabulary, Path.Combine(folder, Vocabulary), cancellationToken);
        await ReplaceAsync(Path.Combine(folder, Weights), WeightsOf(checkpoint, model.Checkpoint.Path), cancellationToken);
    }

    private static async Task RequireOwnAsync(string folder, Provenance mine, CancellationToken cancellationToken)
    {
        if (Files.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is not { } found)
            return;
        var owner = await ReadOwnerAsync(Path.Combine(folder, Configuration), cancellationToken);
        if (owner is not null && (owner.CheckpointSha256, owner.Variant) == (mine.CheckpointSha256, mine.Variant))
            return;
        throw new UsageException(
            $"{folder} has {(owner is null ? $"a {found} of something else" : $"{owner.Variant}, seed {owner.Recipe.Seed}, of run {owner.RunId}")}. "
            + "Nothing was written: name another folder with --to, or delete that one.");
    }

    private static async Task<Owner?> ReadOwnerAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(file) ? WorkflowJson.FromBytes<Owned>(await File.ReadAllBytesAsync(file, cancellationToken)).Provenance : null;
        }
        catch (JsonException)
        {
            // Another program's config.json.
            return null;
        }
    }

    private static byte[] WeightsOf(byte[] checkpoint, string name)
    {
        using var scope = torch.NewDisposeScope();
        var weights = TrainingState.ModelWeights(SafetensorsFile.Read(checkpoint, name));
        // Readers of the format expect to read which framework's tensors these are.
        return SafetensorsFile.Write(weights, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static async Task ReplaceAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        var part = file + ".part";
        await File.WriteAllBytesAsync(part, content, cancellationToken);
        File.Move(part, file, overwrite: true);
    }

    /// <summary>Of a <see cref="ModelDescription"/> that lies in a folder, by whatever version of the program, what says whose the folder is.</summary>
    private sealed record Owned(Owner Provenance);

    private sealed record Owner(string RunId, string Variant, string CheckpointSha256, OwnerRecipe Recipe);

    private sealed record OwnerRecipe(long Seed);
}
