namespace ContrastivePipeline.Data.Shards;

/// <summary>What re-reading a whole dataset version found.</summary>
/// <param name="Parts">Parts read.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Problems">What is wrong, for a person; empty where the version is sound. At most 100.</param>
public sealed record DatasetVerification(int Parts, long Rows, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Problems.Count == 0;
}
