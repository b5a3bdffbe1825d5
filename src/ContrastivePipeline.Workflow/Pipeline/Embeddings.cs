namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>embed</c>.</summary>
/// <param name="Variant">The variant, for a person.</param>
/// <param name="Recipe">What the model was trained by.</param>
/// <param name="Dataset">The data.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Checkpoint">The trained model.</param>
/// <param name="Splits">Splits to embed, images and captions.</param>
/// <param name="ZeroShot">Classifications whose prompts to embed.</param>
public sealed record EmbedInput(
    string Variant,
    TrainingRecipe Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    Artifact Checkpoint,
    IReadOnlyList<string> Splits,
    IReadOnlyList<ZeroShotPrompts> ZeroShot);

/// <summary>The prompts of one class list.</summary>
/// <param name="Labels">Name of the class list.</param>
/// <param name="Templates">Prompts, each with {} for the class name.</param>
public sealed record ZeroShotPrompts(string Labels, IReadOnlyList<string> Templates);

/// <summary>Everything that evaluation reads instead of a model.</summary>
/// <param name="Splits">Embeddings of images and captions.</param>
/// <param name="Classes">Embeddings of classes.</param>
public sealed record EmbeddedTrial(IReadOnlyList<EmbeddedSplit> Splits, IReadOnlyList<EmbeddedClasses> Classes);

/// <summary>The embeddings of a split.</summary>
/// <param name="Split">The split.</param>
/// <param name="Media">Embeddings of its images (Parquet).</param>
/// <param name="Captions">Embeddings of its captions (Parquet).</param>
public sealed record EmbeddedSplit(string Split, Artifact Media, Artifact Captions);

/// <summary>The embeddings of a class list's prompts.</summary>
/// <param name="Prompts">What was embedded.</param>
/// <param name="Classes">One embedding a class and template, classes in label order (Parquet).</param>
public sealed record EmbeddedClasses(ZeroShotPrompts Prompts, Artifact Classes);

/// <summary>Input of <c>evaluate</c>.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Seed">The training seed.</param>
/// <param name="Dataset">The data.</param>
/// <param name="Embedded">The embeddings.</param>
/// <param name="Plan">What to measure.</param>
public sealed record EvaluateInput(string Variant, int Seed, DatasetVersion Dataset, EmbeddedTrial Embedded, EvaluationSection Plan);

/// <summary>What was measured.</summary>
/// <param name="Measurements">Every number with its provenance (JSON).</param>
public sealed record EvaluatedTrial(Artifact Measurements);
