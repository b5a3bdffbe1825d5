using System.Security.Cryptography;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>import-weights</c>.</summary>
/// <param name="Weights">The files, with their hashes.</param>
public sealed record ImportWeightsInput(string Variant, WeightsSection Weights);

/// <summary>Published weights in the store.</summary>
/// <param name="Model">Their sizes.</param>
/// <param name="Weights">Their file as it was found.</param>
public sealed record ImportedModel(ClipConfig Model, PreparedTokenizer Tokenizer, Artifact Weights);

/// <summary>Takes published weights into the store, if every tensor of the model is there and no other.</summary>
internal sealed class ImportWeightsStage(HttpClient http)
    : Stage<ImportWeightsInput, ImportedModel>("import-weights", 1, StageResource.Cpu)
{
    public override async Task<ImportedModel> RunAsync(
        ImportWeightsInput input, StageContext context, CancellationToken cancellationToken)
    {
        var files = input.Weights;
        var config = files.Config is { } path
            ? OpenClipConfig.Read(await ReadAsync(path, files.ConfigSha256, cancellationToken), path)
            : null;
        var sizes = WeightsEvaluation.SizesOf(files, config);
        await RequireUnchangedAsync(files.Path, files.Sha256, cancellationToken);
        await using (var weights = File.OpenRead(files.Path))
        {
            // To the end, so that what does not fit or is cut short is found here.
            using var model = new ClipModel(sizes, seed: 0);
            var file = await SafetensorsReader.OpenAsync(weights, files.Path, cancellationToken);
            await file.ReadAsync(StateDict.Match(model, ClipCheckpoint.ByUpstreamKey(file.Entries), files.Path), cancellationToken);
        }
        var tokenizer = await TokenizerAsync(files, sizes.Text.VocabularySize, context, cancellationToken);
        tokenizer = tokenizer with { Clean = config is { IsPlainText: true } ? CaptionCleanup.Plain : CaptionCleanup.Clip };
        var written = await context.WriteAsync("weights", ".safetensors", () => File.OpenRead(files.Path), cancellationToken);
        return written.Sha256 == files.Sha256 ? new ImportedModel(sizes, tokenizer, written) : throw Changed(files.Path);
    }

    protected override string Label(ImportWeightsInput input) => input.Variant;

    // As many of the merges as the model has ids for.
    private async Task<PreparedTokenizer> TokenizerAsync(
        WeightsSection files, int size, StageContext context, CancellationToken cancellationToken)
    {
        if (size < BytePairVocabulary.BytesAloneSize)
        {
            throw new PermanentStageException($"{files.Path} knows {size} tokens, and a text is written in at least "
                + $"{BytePairVocabulary.BytesAloneSize}: a byte each, and its start and end.");
        }
        var source = files.Vocabulary is { } path
            ? new VocabularySource(path, null, files.VocabularySha256)
            : VocabularySource.Clip;
        var vocabulary = BytePairVocabulary.Open(await source.ResolveAsync(context.ScratchFolder, http, cancellationToken), size);
        using var merges = new MemoryStream();
        vocabulary.Write(merges);
        return new PreparedTokenizer(await context.WriteAsync("vocabulary", ".txt", merges.ToArray(), cancellationToken), size);
    }

    private static async Task RequireUnchangedAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != sha256)
            throw Changed(path);
    }

    private static async Task<byte[]> ReadAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(path, cancellationToken);
        return Convert.ToHexStringLower(SHA256.HashData(content)) == sha256
            ? content
            : throw Changed(path);
    }

    private static PermanentStageException Changed(string path) => new($"{path} changed since the run began. Run again.");
}
