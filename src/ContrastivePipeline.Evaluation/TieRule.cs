namespace ContrastivePipeline.Evaluation;

/// <summary>What an item counts as that scores exactly as the right one does.</summary>
public enum TieRule
{
    /// <summary>It comes before the right one: ties count against the model, and a collapsed model scores nothing.</summary>
    Pessimistic,

    /// <summary>It comes after the right one.</summary>
    Optimistic,
}
