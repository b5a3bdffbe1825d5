namespace ContrastivePipeline.Workflow.Results;

/// <summary>A trained model of a run, and why it was taken.</summary>
/// <param name="Why">In words, for example <c>the best of 6 variants by text → media R@1 on seen: 46.2 %</c>; empty where it was asked for.</param>
/// <param name="Seeds">The training seeds that the variant has in the run, ascending.</param>
public sealed record ModelChoice(EmbedInput Model, EmbeddedTrial Embedded, string Why, IReadOnlyList<long> Seeds)
{
    /// <summary>The variant.</summary>
    public string Variant => Model.Variant;

    /// <summary>The training seed.</summary>
    public long Seed => Model.Recipe.Seed;
}
