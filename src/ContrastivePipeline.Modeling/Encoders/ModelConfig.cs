using System.Text.Json.Serialization;

namespace ContrastivePipeline.Modeling.Encoders;

/// <summary>Sizes of a dual encoder: all that a model is made from beside a seed.</summary>
[JsonConverter(typeof(KindConverter<ModelConfig>))]
public abstract record ModelConfig
{
    /// <summary>The kind of media that it takes, for example <c>image</c>.</summary>
    [JsonIgnore]
    public abstract string MediaKind { get; }

    /// <summary>Width of the shared embedding space.</summary>
    public abstract int EmbeddingSize { get; init; }

    /// <summary>Sizes of the text encoder.</summary>
    public abstract TextConfig Text { get; init; }

    /// <summary>Makes a model with weights that are drawn from a seed; nothing else in the process influences them. It outlives the dispose
    /// scope that it is made in; dispose it.</summary>
    public abstract DualEncoder Create(long seed);
}

/// <summary>Sizes of a text Transformer.</summary>
/// <param name="VocabularySize">Token ids.</param>
/// <param name="ContextLength">Greatest number of tokens.</param>
/// <param name="Layers">Residual blocks.</param>
/// <param name="Dropout">Probability of dropping an activation in training; CLIP has none (0).</param>
/// <param name="Bidirectional">Whether every token attends to all of its text, instead of those before it.</param>
/// <param name="Pooling">Which states of a text make its feature.</param>
public sealed record TextConfig(
    int VocabularySize,
    int ContextLength,
    int Width,
    int Heads,
    int Layers,
    double Dropout = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Bidirectional = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] TextPooling Pooling = TextPooling.End);
