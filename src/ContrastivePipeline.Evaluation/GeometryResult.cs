namespace ContrastivePipeline.Evaluation;

/// <summary>The geometry of one model's embeddings of one split.</summary>
/// <param name="Alignment">E‖I − T‖² over matched pairs.</param>
/// <param name="UniformityText">Uniformity of the texts.</param>
/// <param name="UniformityMedia">Uniformity of the media.</param>
/// <param name="UniformityAcross">Uniformity over pairs of a media item and a text that do not match.</param>
/// <param name="CentroidGap">Distance of the two means: the modality gap.</param>
/// <param name="MatchedCosine">Mean cosine of matched pairs.</param>
/// <param name="UnmatchedCosine">Mean cosine of pairs that do not match.</param>
public sealed record GeometryResult(
    Estimate Alignment,
    Estimate UniformityText,
    Estimate UniformityMedia,
    Estimate UniformityAcross,
    Estimate CentroidGap,
    Estimate MatchedCosine,
    Estimate UnmatchedCosine);

/// <summary>A value with what it was made by and from.</summary>
/// <param name="Formula">One of <see cref="Formulas"/>.</param>
/// <param name="N">Pairs or rows it averages over; the larger side's rows where it compares two sets.</param>
/// <param name="Value">The value; not a number where the formula has nothing to compare.</param>
public readonly record struct Estimate(string Formula, int N, double Value)
{
    /// <summary>Whether there is a value.</summary>
    public bool IsDefined => !double.IsNaN(Value);
}
