using ContrastivePipeline.Modeling.Weights;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Training;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;
using TorchSharp;

namespace ContrastivePipeline.Cli.Commands.Export;

/// <summary>A trained model as files: weights, configuration, vocabulary.</summary>
internal static class ExportedModel
{
    private const string Weights = "model.safetensors";
    private const string Configuration = "config.json";
    private const string Vocabulary = "vocabulary.txt";

    public static IReadOnlyList<string> Files { get; } = [Weights, Configuration, Vocabulary];

    /// <summary>Writes the files, the weights last, each whole or not at all.</summary>
    /// <exception cref="WeightsException">The checkpoint is damaged.</exception>
    public static async Task WriteAsync(
        ArtifactStore store, RunRecord run, EmbedInput model, string folder, CancellationToken cancellationToken)
    {
        var checkpoint = await store.ReadAsync(model.Checkpoint, cancellationToken);
        Directory.CreateDirectory(folder);
        await store.DownloadAsync(model.Tokenizer.Vocabulary, Path.Combine(folder, Vocabulary), cancellationToken);
        await ReplaceAsync(Path.Combine(folder, Configuration), WorkflowJson.ToBytes(ModelDescription.Of(run, model)), cancellationToken);
        await ReplaceAsync(Path.Combine(folder, Weights), WeightsOf(checkpoint, model.Checkpoint.Path), cancellationToken);
    }

    private static byte[] WeightsOf(byte[] checkpoint, string name)
    {
        using var scope = torch.NewDisposeScope();
        var weights = TrainingState.ModelWeights(SafetensorsFile.Read(checkpoint, name));
        // Readers of the format expect to be told which framework's tensors these are.
        return SafetensorsFile.Write(weights, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static async Task ReplaceAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        var part = file + ".part";
        await File.WriteAllBytesAsync(part, content, cancellationToken);
        File.Move(part, file, overwrite: true);
    }
}
