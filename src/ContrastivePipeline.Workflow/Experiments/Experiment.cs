namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>An experiment: variants × seeds × evaluations on one dataset. Read from a file by <see cref="ExperimentFile"/>.</summary>
/// <param name="Name">Lower-case words joined by '-'; names the experiment's folder of runs.</param>
/// <param name="Variants">What differs; the first is the baseline of comparisons.</param>
public sealed record Experiment(
    string Name,
    DatasetSection Dataset,
    TokenizerSection Tokenizer,
    ModelSection Model,
    TrainingSection Training,
    IReadOnlyList<VariantSection> Variants,
    EvaluationSection Evaluation);

/// <summary>Sizes of the encoders.</summary>
/// <param name="Embedding">Width of the shared embedding space.</param>
/// <param name="Context">Greatest number of tokens of a caption; longer ones are cut.</param>
public sealed record ModelSection(int Embedding, int Context, VisionSection Vision, TextSection Text);

/// <summary>CLIP's modified ResNet, or its vision Transformer where a patch is given.</summary>
/// <param name="Layers">Blocks of each of the four stages; of a Transformer, one number.</param>
/// <param name="Width">Channels after the stem, or width of the Transformer.</param>
/// <param name="Heads">Attention heads; 0 for one per 64 channels, as upstream.</param>
/// <param name="Patch">Side of a patch, pixels; 0 for the ResNet.</param>
public sealed record VisionSection(IReadOnlyList<int> Layers, int Width, int Heads, int Patch);

/// <summary>CLIP's text Transformer.</summary>
/// <param name="Dropout">Probability of dropping an activation in training.</param>
public sealed record TextSection(int Width, int Layers, int Heads, double Dropout);

/// <summary>What is measured.</summary>
/// <param name="Retrieval">Splits of retrieval; null for every split but train.</param>
/// <param name="Geometry">Splits of alignment and uniformity; null for every split but train.</param>
public sealed record EvaluationSection(
    IReadOnlyList<string>? Retrieval, IReadOnlyList<ZeroShotSection> ZeroShot, IReadOnlyList<string>? Geometry);

/// <summary>One zero-shot classification.</summary>
/// <param name="Labels">Name of the dataset's label set.</param>
/// <param name="Split">The split; null for every split but train.</param>
/// <param name="Templates">Prompts, each with {} where the class name goes.</param>
public sealed record ZeroShotSection(string Labels, string? Split, IReadOnlyList<string> Templates);
