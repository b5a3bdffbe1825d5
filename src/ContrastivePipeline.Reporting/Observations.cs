namespace ContrastivePipeline.Reporting;

/// <summary>The training curve of a variant and seed.</summary>
/// <param name="Points">Points by ascending step.</param>
public sealed record TrainingCurve(string Variant, int Seed, IReadOnlyList<CurvePoint> Points);

/// <summary>What a training step wrote down, or the mean of some in a row.</summary>
/// <param name="Step">1-based step; the last one of a mean.</param>
/// <param name="Loss">The weighted sum of all terms.</param>
/// <param name="Terms">The terms that the variant has by key, unweighted.</param>
/// <param name="LogitScale">s = exp(logit_scale).</param>
public sealed record CurvePoint(
    long Step, double Loss, IReadOnlyDictionary<string, double> Terms, double LearningRate, double LogitScale);

/// <summary>The difference to a baseline of the same seed, tested over the test items.</summary>
/// <param name="Baseline">The variant it is compared with.</param>
/// <param name="Test">Variant − baseline in the metric's own unit, with its interval.</param>
public sealed record PairedDifference(
    string Variant, string Baseline, int Seed, string Metric, string Dataset, string Split, JackknifeDifference Test);

/// <summary>Media of a split by class.</summary>
/// <param name="Media">How many media each class has.</param>
public sealed record ClassCounts(string Dataset, string Split, string LabelSet, IReadOnlyList<int> Media);

/// <summary>How similar matched and unmatched pairs are.</summary>
/// <param name="Edges">Edges of the bins of cosine similarity, ascending; one more than bins.</param>
/// <param name="Matched">Matched pairs in each bin.</param>
/// <param name="Unmatched">Pairs that do not belong together in each bin.</param>
public sealed record PairSimilarities(
    string Variant,
    int Seed,
    string Dataset,
    string Split,
    IReadOnlyList<double> Edges,
    IReadOnlyList<long> Matched,
    IReadOnlyList<long> Unmatched);

/// <summary>Matched pairs of the shared embedding space, projected to its first two principal components.</summary>
/// <param name="ExplainedVariance">Share of the variance that the two components carry, in [0, 1].</param>
/// <param name="Pairs">The pairs; a few hundred.</param>
public sealed record EmbeddingMap(
    string Variant, int Seed, string Dataset, string Split, double ExplainedVariance, IReadOnlyList<MapPair> Pairs);

/// <summary>A media item and its text on the map.</summary>
public sealed record MapPair(double MediaX, double MediaY, double TextX, double TextY);

/// <summary>A query with the best of what the model found.</summary>
/// <param name="Query">A text or a media item.</param>
/// <param name="Results">The best results, best first; about five.</param>
/// <param name="RightRank">1-based rank of the first right result among all candidates; null when unknown.</param>
public sealed record RetrievalExample(
    string Variant, int Seed, string Dataset, string Split, ExampleItem Query, IReadOnlyList<RetrievedItem> Results, int? RightRank);

/// <summary>A text, or a media item with its preview.</summary>
/// <param name="Text">The text; for a media item, a caption of it.</param>
/// <param name="Png">A PNG or JPEG file; null for a text, and for media that cannot be looked at.</param>
public sealed record ExampleItem(string Text, byte[]? Png);

/// <summary>One result of a query.</summary>
/// <param name="Score">Cosine similarity to the query.</param>
/// <param name="Right">Whether it counts as right.</param>
public sealed record RetrievedItem(ExampleItem Item, double Score, bool Right);
