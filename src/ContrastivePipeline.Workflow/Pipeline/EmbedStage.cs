using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>embed</c>.</summary>
/// <param name="Recipe">What the model was trained by; null where it was not trained here.</param>
/// <param name="Checkpoint">A training checkpoint, or the weights alone where the model was not trained here.</param>
public sealed record EmbedInput(
    string Variant,
    TrainingRecipe? Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    Artifact Checkpoint,
    IReadOnlyList<string> Splits,
    IReadOnlyList<ZeroShotPrompts> ZeroShot)
{
    /// <summary>Sizes of a model that was not trained here; null where <see cref="Recipe"/> has them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelConfig? Imported { get; init; }

    /// <summary>Splits whose sentence pairs are wanted; null, and absent from JSON, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Sentences { get; init; }

    /// <summary>Sizes of the model.</summary>
    [JsonIgnore]
    public ModelConfig Model => Imported ?? Recipe!.Model;

    /// <summary>The training seed; 0 for a model that was not trained here.</summary>
    [JsonIgnore]
    public long Seed => Recipe?.Seed ?? PipelineWorkflow.NoSeed;

    /// <summary>The weights of the model in its checkpoint, by upstream key.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> WeightsOf(SafetensorsReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Imported is null ? TrainingState.ModelWeights(checkpoint) : ClipCheckpoint.ByUpstreamKey(checkpoint.Entries);
    }
}

/// <summary>The prompts of one class list.</summary>
/// <param name="Templates">Prompts, each with {} for the class name.</param>
public sealed record ZeroShotPrompts(string Labels, IReadOnlyList<string> Templates);

/// <summary>Everything that evaluation reads instead of a model.</summary>
public sealed record EmbeddedTrial(IReadOnlyList<EmbeddedSplit> Splits, IReadOnlyList<EmbeddedClasses> Classes)
{
    /// <summary>The sentences of each split with sentence pairs; null, and absent from JSON, where none are measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EmbeddedSentences>? Sentences { get; init; }

    /// <summary>The splits that something was embedded of, each once.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> SplitNames => [.. Splits.Select(s => s.Split).Concat((Sentences ?? []).Select(s => s.Split)).Distinct()];
}

/// <summary>The embeddings of a split.</summary>
public sealed record EmbeddedSplit(string Split, Artifact Media, Artifact Captions);

/// <summary>The embeddings of the different sentences of a split's sentence pairs (Parquet).</summary>
public sealed record EmbeddedSentences(string Split, Artifact Sentences);

/// <summary>The embeddings of a class list's prompts.</summary>
/// <param name="Classes">One embedding a class and template, classes in label order (Parquet).</param>
public sealed record EmbeddedClasses(ZeroShotPrompts Prompts, Artifact Classes);

/// <summary>Embeds media, texts and prompts once; evaluation reads the embeddings and needs no model.</summary>
internal sealed class EmbedStage() : Stage<EmbedInput, EmbeddedTrial>("embed", 1, StageResource.Training)
{
    private const int MediaPerPass = 128;

    public override async Task<EmbeddedTrial> RunAsync(EmbedInput input, StageContext context, CancellationToken cancellationToken)
    {
        var reader = new DatasetReader(context.Store);
        var manifest = await reader.ReadManifestAsync(input.Dataset.Name, input.Dataset.Version, cancellationToken);
        var captions = await reader.ReadCaptionsAsync(manifest, cancellationToken)
            .Where(row => input.Splits.Contains(row.Split)).ToListAsync(cancellationToken);
        using var model = await TrainedModel.LoadAsync(
            context.Store, input, cancellationToken);
        using var held = model.IsOnGpu ? context.HoldGpu() : null;
        context.Note($"embeds on {model.DeviceName}");

        var media = captions.Count == 0 ? [] : await EmbedMediaAsync(model, reader, manifest, captions, context, cancellationToken);
        var writer = new EmbeddingWriter(context, manifest, model.EmbedTexts);
        return await writer.WriteAsync(captions, media, input.ZeroShot, input.Sentences, cancellationToken);
    }

    protected override string Label(EmbedInput input) => $"{input.Variant}-seed-{input.Seed}-{input.Dataset.Name}";

    private static async Task<Dictionary<string, float[]>> EmbedMediaAsync(
        TrainedModel model, DatasetReader reader, DatasetManifest manifest, List<CaptionRow> captions, StageContext context,
        CancellationToken cancellationToken)
    {
        var wanted = captions.Select(c => c.MediaId).ToHashSet(StringComparer.Ordinal);
        var embedded = new Dictionary<string, float[]>(StringComparer.Ordinal);
        await foreach (var rows in reader.ReadMediaAsync(manifest, wanted, cancellationToken).Chunk(MediaPerPass)
            .WithCancellation(cancellationToken))
        {
            var items = model.Input.DecodeAll(rows, cancellationToken, fit: true);
            foreach (var (row, embedding) in rows.Zip(model.EmbedMedia(items)))
                embedded.Add(row.Id, embedding);
            context.Progress.Report(new StageProgress(embedded.Count, wanted.Count, "media"));
        }
        return embedded;
    }
}

/// <summary>Writes the embeddings that evaluation reads.</summary>
/// <param name="embedTexts">Gives a unit vector for each of some texts.</param>
internal sealed class EmbeddingWriter(
    StageContext context, DatasetManifest manifest, Func<IReadOnlyList<string>, IReadOnlyList<float[]>> embedTexts)
{
    /// <param name="captions">The captions of all splits.</param>
    /// <param name="media">A unit vector for each of their media items.</param>
    /// <param name="sentences">Splits whose sentence pairs are wanted; null for none.</param>
    public async Task<EmbeddedTrial> WriteAsync(
        IReadOnlyList<CaptionRow> captions, IReadOnlyDictionary<string, float[]> media, IReadOnlyList<ZeroShotPrompts> zeroShot,
        IReadOnlyList<string>? sentences, CancellationToken cancellationToken)
    {
        var splits = new List<EmbeddedSplit>();
        foreach (var split in captions.GroupBy(c => c.Split).OrderBy(g => g.Key, StringComparer.Ordinal))
            splits.Add(await WriteSplitAsync(split.Key, [.. split], media, cancellationToken));
        var classes = new List<EmbeddedClasses>();
        foreach (var prompts in zeroShot)
            classes.Add(await WriteClassesAsync(prompts, cancellationToken));
        return new EmbeddedTrial(splits, classes) { Sentences = sentences is null ? null : await WriteSentencesAsync(sentences, cancellationToken) };
    }

    private async Task<EmbeddedSplit> WriteSplitAsync(
        string split, IReadOnlyList<CaptionRow> captions, IReadOnlyDictionary<string, float[]> media, CancellationToken cancellationToken)
    {
        var items = captions.DistinctBy(c => c.MediaId).Select(c => new MediaEmbedding(c.MediaId, c.Concept, media[c.MediaId])).ToArray();
        // Media of one concept share its captions: each text is a candidate once.
        var texts = captions.Select(c => (c.Concept, c.Caption)).Distinct().ToArray();
        var vectors = embedTexts([.. texts.Select(t => t.Caption)]);
        return new EmbeddedSplit(
            split,
            await Tables.Media.WriteAsync(context, $"{split}-media", items, cancellationToken),
            await Tables.Texts.WriteAsync(
                context, $"{split}-captions", [.. texts.Select((t, i) => new TextEmbedding(t.Concept, t.Caption, vectors[i]))],
                cancellationToken));
    }

    private async Task<IReadOnlyList<EmbeddedSentences>> WriteSentencesAsync(
        IReadOnlyList<string> splits, CancellationToken cancellationToken)
    {
        var pairs = await new DatasetReader(context.Store).ReadSentencePairsAsync(manifest, cancellationToken)
            .Where(pair => splits.Contains(pair.Split)).ToListAsync(cancellationToken);
        var written = new List<EmbeddedSentences>();
        foreach (var split in pairs.GroupBy(pair => pair.Split).OrderBy(split => split.Key, StringComparer.Ordinal))
        {
            string[] texts = [.. split.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct()];
            var vectors = embedTexts(texts);
            written.Add(new EmbeddedSentences(split.Key, await Tables.Texts.WriteAsync(
                context, $"{split.Key}-sentences", [.. texts.Zip(vectors, (text, vector) => new TextEmbedding("", text, vector))],
                cancellationToken)));
        }
        return written;
    }

    private async Task<EmbeddedClasses> WriteClassesAsync(ZeroShotPrompts prompts, CancellationToken cancellationToken)
    {
        var classes = manifest.LabelSets.Single(set => set.Name == prompts.Labels).Classes;
        var texts = classes.SelectMany(name => prompts.Templates.Select(template => (name, text: template.Replace("{}", name)))).ToArray();
        var vectors = embedTexts([.. texts.Select(t => t.text)]);
        // Several lists of templates may be tried on one list of classes.
        var templates = Fingerprint.Of(string.Join('\n', prompts.Templates))[..8];
        return new EmbeddedClasses(prompts, await Tables.Texts.WriteAsync(
            context, $"prompts-{prompts.Labels}-{templates}", [.. texts.Select((t, i) => new TextEmbedding(t.name, t.text, vectors[i]))],
            cancellationToken));
    }
}
