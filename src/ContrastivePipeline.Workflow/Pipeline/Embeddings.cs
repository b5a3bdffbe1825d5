namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>embed</c>.</summary>
public sealed record EmbedInput(
    string Variant,
    TrainingRecipe Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    Artifact Checkpoint,
    IReadOnlyList<string> Splits,
    IReadOnlyList<ZeroShotPrompts> ZeroShot);

/// <summary>The prompts of one class list.</summary>
/// <param name="Templates">Prompts, each with {} for the class name.</param>
public sealed record ZeroShotPrompts(string Labels, IReadOnlyList<string> Templates);

/// <summary>Everything that evaluation reads instead of a model.</summary>
public sealed record EmbeddedTrial(IReadOnlyList<EmbeddedSplit> Splits, IReadOnlyList<EmbeddedClasses> Classes);

/// <summary>The embeddings of a split.</summary>
public sealed record EmbeddedSplit(string Split, Artifact Media, Artifact Captions);

/// <summary>The embeddings of a class list's prompts.</summary>
/// <param name="Classes">One embedding a class and template, classes in label order (Parquet).</param>
public sealed record EmbeddedClasses(ZeroShotPrompts Prompts, Artifact Classes);

/// <summary>Input of <c>evaluate</c>.</summary>
public sealed record EvaluateInput(string Variant, int Seed, DatasetVersion Dataset, EmbeddedTrial Embedded, EvaluationSection Plan);

/// <summary>What was measured.</summary>
public sealed record EvaluatedTrial(Artifact Measurements);
