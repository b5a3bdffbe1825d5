namespace ContrastivePipeline.Reporting;

/// <summary>A term of the loss.</summary>
/// <param name="Key">What experiment files call it, for example <c>ls</c>.</param>
/// <param name="Symbol">For example <c>L_s</c>.</param>
/// <param name="WeightSymbol">For example <c>λ_s</c>.</param>
/// <param name="Unit">What its values are, for a figure.</param>
public sealed record ReportedObjective(string Key, string Symbol, string WeightSymbol, string Unit, ReportedRole Role);

/// <summary>What an objective is for.</summary>
public enum ReportedRole
{
    /// <summary>Brings media and texts that belong together close.</summary>
    Contrastive,

    /// <summary>Does so for views of one modality.</summary>
    InModal,

    /// <summary>Makes similarities of the modalities consistent.</summary>
    Cyclic,

    /// <summary>Trains the language encoder as a sentence encoder.</summary>
    Sentence,
}

/// <summary>The weights of a variant's objectives. Equal weights are equal.</summary>
/// <param name="terms">In any order; a term of weight 0 is as good as none.</param>
public sealed class ReportedWeights(IEnumerable<(ReportedObjective Objective, double Weight)> terms) : IEquatable<ReportedWeights>
{
    private readonly (ReportedObjective Objective, double Weight)[] _terms =
        [.. terms.Where(term => term.Weight != 0).OrderBy(term => term.Objective.Key, StringComparer.Ordinal)];

    /// <summary>The weight of an objective; 0 where the variant does not have it.</summary>
    public double this[string key] => _terms.FirstOrDefault(term => term.Objective.Key == key).Weight;

    /// <summary>Whether a cyclic term is on.</summary>
    public bool IsCyclic => _terms.Any(term => term.Objective.Role == ReportedRole.Cyclic);

    /// <summary>Whether L = L_contra.</summary>
    internal bool IsContrastiveAlone => _terms is [{ Objective.Role: ReportedRole.Contrastive, Weight: 1 }];

    /// <inheritdoc/>
    public bool Equals(ReportedWeights? other) =>
        other is not null && Comparable.SequenceEqual(other.Comparable);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReportedWeights);

    /// <inheritdoc/>
    public override int GetHashCode() => Comparable.Aggregate(0, HashCode.Combine);

    internal ReportedWeights Without(string key) => new(_terms.Where(term => term.Objective.Key != key));

    internal ReportedWeights Without(ReportedRole role) => new(_terms.Where(term => term.Objective.Role != role));

    /// <summary>Without in-modal attraction, whose weight is taken from L_contra's: that is whole again.</summary>
    internal ReportedWeights WithoutInModal() => new(Without(ReportedRole.InModal)._terms
        .Select(term => term.Objective.Role == ReportedRole.Contrastive ? term with { Weight = 1 } : term));

    private IEnumerable<(string Key, double Weight)> Comparable => _terms.Select(term => (term.Objective.Key, term.Weight));
}
