namespace ContrastivePipeline.Training.Objectives;

/// <summary>One step's loss by term.</summary>
/// <param name="Total">The weighted sum that was minimised.</param>
/// <param name="ByObjective">The terms that the variant has by key, before weighting.</param>
public sealed record LossTerms(float Total, IReadOnlyDictionary<string, float> ByObjective)
{
    /// <summary>A term before weighting; 0 where the variant does not have it.</summary>
    public float this[string objective] => ByObjective.GetValueOrDefault(objective);

    /// <summary>Whether every term is a finite number.</summary>
    public bool AreFinite => float.IsFinite(Total) && ByObjective.Values.All(float.IsFinite);

    /// <summary>For example <c>total NaN, L_contra NaN, L_s 0.3</c>.</summary>
    public override string ToString() => string.Join(
        ", ", ByObjective.Select(term => $"{ObjectiveList.Find(term.Key)?.Symbol ?? term.Key} {term.Value}").Prepend($"total {Total}"));
}
