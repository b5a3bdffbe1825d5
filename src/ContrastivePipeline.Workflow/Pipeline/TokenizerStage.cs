using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>tokenizer</c>.</summary>
/// <param name="Dataset">Whose training captions it is trained on; null for a published one.</param>
public sealed record TokenizerInput(TokenizerSection Tokenizer, DatasetVersion? Dataset);

/// <summary>A tokenizer's vocabulary in the store.</summary>
/// <param name="Vocabulary">Merges, as <see cref="BytePairVocabulary"/> reads them.</param>
public sealed record PreparedTokenizer(Artifact Vocabulary, int Size)
{
    /// <summary>What is done to texts before they are split. Plain is absent from JSON: older programs' models mean it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CaptionCleanup Clean { get; init; }

    /// <summary>Loads the tokenizer.</summary>
    /// <exception cref="ArtifactCorruptException">The vocabulary is not what was written.</exception>
    public async Task<BytePairTokenizer> LoadAsync(ArtifactStore store, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(await store.ReadAsync(Vocabulary, cancellationToken), writable: false);
        return new BytePairTokenizer(BytePairVocabulary.Read(content, Vocabulary.Path, Size), Clean);
    }
}

/// <summary>Trains a byte-pair vocabulary on the training captions, or fetches CLIP's.</summary>
internal sealed class TokenizerStage(HttpClient http) : Stage<TokenizerInput, PreparedTokenizer>("tokenizer", 2, StageResource.Cpu)
{
    public override async Task<PreparedTokenizer> RunAsync(
        TokenizerInput input, StageContext context, CancellationToken cancellationToken)
    {
        var vocabulary = input.Tokenizer switch
        {
            TrainedTokenizerSection trained => await TrainAsync(trained, input.Dataset!, context, cancellationToken),
            ClipTokenizerSection clip => await FetchAsync(clip, context, cancellationToken),
            _ => throw new PermanentStageException($"There is no tokenizer of kind {input.Tokenizer.GetType().Name}."),
        };
        using var content = new MemoryStream();
        vocabulary.Write(content);
        var written = await context.WriteAsync("vocabulary", ".txt", content.ToArray(), cancellationToken);
        return new PreparedTokenizer(written, vocabulary.Size) { Clean = input.Tokenizer.Clean };
    }

    protected override string Label(TokenizerInput input) => input switch
    {
        { Tokenizer: TrainedTokenizerSection trained, Dataset: { } dataset } => $"{dataset.Name}-{trained.Vocabulary}",
        _ => "clip",
    };

    private static async Task<BytePairVocabulary> TrainAsync(
        TrainedTokenizerSection trained, DatasetVersion dataset, StageContext context, CancellationToken cancellationToken)
    {
        var reader = new DatasetReader(context.Store);
        var manifest = await reader.ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        var captions = new List<string>();
        await foreach (var row in reader.ReadCaptionsAsync(manifest, cancellationToken))
        {
            if (row.Split == Splits.Train)
                captions.Add(row.Caption);
        }
        context.Progress.Report(new StageProgress(captions.Count, captions.Count, "captions", "learning byte pairs"));
        return BytePairTrainer.Train(captions, trained.Vocabulary, trained.Clean, cancellationToken);
    }

    private async Task<BytePairVocabulary> FetchAsync(
        ClipTokenizerSection clip, StageContext context, CancellationToken cancellationToken)
    {
        var source = new VocabularySource(clip.Path, clip.Url, clip.Sha256);
        return BytePairVocabulary.Open(
            await source.ResolveAsync(context.ScratchFolder, http, cancellationToken), BytePairVocabulary.ClipSize);
    }
}
