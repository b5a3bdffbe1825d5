using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Training;

/// <summary>All that, together with the data, determines the weights that training ends with.</summary>
/// <param name="BatchSize">Pairs a step.</param>
/// <param name="Seed">Seed of weights, order, augmentation and dropout.</param>
/// <param name="SentenceTemperature">τ of L_s and L_n.</param>
/// <param name="ClipNorm">Gradients are scaled down to this total norm; 0 leaves them alone.</param>
/// <param name="MaxLogitScale">Upper clamp of the logit scale, ln 100 upstream; the lower is 0.</param>
public sealed record TrainingRecipe(
    ModelConfig Model,
    ObjectiveWeights Objectives,
    int BatchSize,
    LearningRateSchedule Schedule,
    AdamWOptions Optimizer,
    long Seed,
    Augmentation Augmentation,
    SentenceSpace SentenceSpace = SentenceSpace.Projected,
    double SentenceTemperature = 0.05,
    double ClipNorm = 0,
    double MaxLogitScale = TrainingRecipe.Ln100)
{
    /// <summary>How the media tower is trained; null like the rest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TowerTraining? MediaTower { get; init; }

    /// <summary>How the text tower is trained; null like the rest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TowerTraining? TextTower { get; init; }

    /// <summary>ln 100, upstream's clamp of the logit scale.</summary>
    public const double Ln100 = 4.605170185988092;

    /// <summary>Triples a step for L_n, where they are not as many as pairs. Absent from JSON where it is not set, so that recipes without
    /// it keep their fingerprint.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TriplesBatchSize { get; init; }

    /// <summary>Triples a step.</summary>
    [JsonIgnore]
    public int TriplesPerStep => TriplesBatchSize ?? BatchSize;

    /// <summary>How a tower is trained; null like the rest.</summary>
    public TowerTraining? Of(Tower tower) => tower switch
    {
        Tower.Media => MediaTower,
        Tower.Text => TextTower,
        _ => null,
    };

    /// <summary>SHA-256 of all settings: a checkpoint carries it and loads only into the same recipe.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this)));
}

/// <summary>How a tower is trained where it is not trained like the rest.</summary>
/// <param name="Frozen">Whether its weights, and the running statistics of its batch norms, stay what they are.</param>
/// <param name="LearningRate">At the end of warm-up; null for the rest's.</param>
public sealed record TowerTraining(bool Frozen = false, double? LearningRate = null);

/// <summary>The space in which L_s and L_n compare sentences.</summary>
public enum SentenceSpace
{
    /// <summary>The projected embeddings, the space whose uniformity is measured.</summary>
    Projected,

    /// <summary>The encoder's own output behind SimCSE's training head (linear and tanh).</summary>
    Encoder,
}
