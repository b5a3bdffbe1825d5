namespace ContrastivePipeline.Evaluation;

/// <summary>Semantic textual similarity: how well cosines of sentence embeddings follow people's scores.</summary>
public static class SentenceSimilarity
{
    /// <summary>Measures without a trained regressor: over all pairs at once (“all”) and, where there are several subsets, the mean of the
    /// subsets' values, plain and weighted by their pairs. Pairs that share a sentence are one cluster. A subset whose scores are all equal
    /// has no value and is left out of the means.</summary>
    /// <param name="embeddings">[sentences, d]; a row of zeros has cosine 0 with every other.</param>
    /// <param name="first">Row of each pair's first sentence.</param>
    /// <param name="second">Row of each pair's second sentence.</param>
    /// <param name="scores">People's scores, higher for pairs that are more alike.</param>
    /// <param name="subsets">Subset of each pair; null for one.</param>
    /// <exception cref="ArgumentException">The lists differ in length, have fewer than two pairs, or name a row that is not
    /// there.</exception>
    public static SentenceSimilarityResult Evaluate(
        EmbeddingMatrix embeddings, IReadOnlyList<int> first, IReadOnlyList<int> second, IReadOnlyList<double> scores,
        IReadOnlyList<string>? subsets = null)
    {
        double[] cosines = Cosines(embeddings, first, second);
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count != cosines.Length || cosines.Length < 2 || !scores.All(double.IsFinite))
            throw new ArgumentException($"There are {scores.Count} scores for {cosines.Length} pairs: give each a finite one, and two or more pairs.");
        if (subsets is not null && subsets.Count != scores.Count)
            throw new ArgumentException($"There are {subsets.Count} subsets for {scores.Count} pairs: give each one.", nameof(subsets));
        int[] ids = SharedSentences(embeddings.Count, first, second);
        var parts = new SubsetCorrelations(cosines, scores, ids, subsets ?? [.. scores.Select(_ => "")]);
        var clusters = new Clusters(ids);
        Estimate Of(string formula, LeaveOneOut? value) => new(formula, scores.Count, value is { } v && double.IsFinite(v.Value) ? v : null);
        return new(
            Of(Formulas.SimilaritySpearman, Correlation.SpearmanWithout(cosines, scores, clusters)),
            Of(Formulas.SimilarityPearson, Correlation.PearsonWithout(cosines, scores, clusters)),
            Of(Formulas.SimilaritySpearmanMean, parts.Mean(Correlation.SpearmanWithout, weighted: false)),
            Of(Formulas.SimilarityPearsonMean, parts.Mean(Correlation.PearsonWithout, weighted: false)),
            Of(Formulas.SimilaritySpearmanWeighted, parts.Mean(Correlation.SpearmanWithout, weighted: true)),
            Of(Formulas.SimilarityPearsonWeighted, parts.Mean(Correlation.PearsonWithout, weighted: true)),
            parts.Undefined);
    }

    /// <summary>The cosine of each pair, in double precision.</summary>
    internal static double[] Cosines(EmbeddingMatrix embeddings, IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        Check.Finite(embeddings, "sentences");
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Concat(second).Any(row => (uint)row >= (uint)embeddings.Count))
            throw new ArgumentException($"{first.Count} and {second.Count} rows are no pairs of {embeddings.Count} sentences.");
        double[] squared = [.. Enumerable.Range(0, embeddings.Count).Select(row => DotProducts.Of(embeddings[row], embeddings[row]))];
        // One root of the product, not two roots: only so is the cosine of equal rows 1 to the last bit, and a tie with others of its kind.
        return
        [
            .. first.Zip(second, (one, other) => squared[one] == 0 || squared[other] == 0
                ? 0 : DotProducts.Of(embeddings[one], embeddings[other]) / Math.Sqrt(squared[one] * squared[other])),
        ];
    }

    // A sentence that stands for all that are joined by pairs with the pair's.
    private static int[] SharedSentences(int sentences, IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        int[] joined = [.. Enumerable.Range(0, sentences)];
        foreach (var (one, other) in first.Zip(second))
            joined[Root(one)] = Root(other);
        return [.. first.Select(Root)];

        int Root(int sentence)
        {
            while (joined[sentence] != sentence)
                sentence = joined[sentence] = joined[joined[sentence]];
            return sentence;
        }
    }
}

/// <summary>The correlation of each subset of pairs, and means over the subsets.</summary>
/// <param name="clusters">Cluster of each pair; a cluster may have pairs of several subsets.</param>
internal sealed class SubsetCorrelations(
    IReadOnlyList<double> cosines, IReadOnlyList<double> scores, IReadOnlyList<int> clusters, IReadOnlyList<string> subsets)
{
    private readonly int[][] _subsets =
        [.. Enumerable.Range(0, subsets.Count).GroupBy(pair => subsets[pair], StringComparer.Ordinal).Select(subset => subset.ToArray())];

    /// <summary>The subsets that have no value, whatever the cosines, because all their scores are equal.</summary>
    public IReadOnlyList<string> Undefined => [.. _subsets.Where(pairs => !IsDefined(pairs)).Select(pairs => subsets[pairs[0]])];

    /// <summary>The mean of the subsets' values, and what it is without each cluster; null where there are no two subsets with a
    /// value.</summary>
    /// <param name="correlation">Of some pairs, and what it is without each of their clusters.</param>
    /// <param name="weighted">Whether a subset weighs as much as it has pairs.</param>
    public LeaveOneOut? Mean(Func<IReadOnlyList<double>, IReadOnlyList<double>, Clusters, LeaveOneOut> correlation, bool weighted)
    {
        int[][] defined = Array.FindAll(_subsets, IsDefined);
        if (defined.Length < 2)
            return null;
        var parts = defined.Select(pairs =>
        {
            var own = new Clusters([.. pairs.Select(pair => clusters[pair])]);
            int[] ids = [.. pairs.Select(pair => clusters[pair]).Distinct()];
            var value = correlation([.. pairs.Select(pair => cosines[pair])], [.. pairs.Select(pair => scores[pair])], own);
            return (value, Without: ids.Zip(value.Without.Zip(own.Sizes)).ToDictionary(c => c.First, c => c.Second));
        }).ToArray();
        var all = new Clusters([.. defined.SelectMany(pairs => pairs).Select(pair => clusters[pair])]);
        int[] order = [.. defined.SelectMany(pairs => pairs).Select(pair => clusters[pair]).Distinct()];
        return new(Mean(null), [.. order.Select(cluster => Mean(cluster))], all.Sizes);

        double Mean(int? without)
        {
            double sum = 0, weights = 0;
            foreach (var ((value, own), pairs) in parts.Zip(defined))
            {
                var (one, left) = without is { } cluster && own.TryGetValue(cluster, out var touched)
                    ? (touched.First, pairs.Length - touched.Second) : (value.Value, pairs.Length);
                double weight = weighted ? left : 1;
                (sum, weights) = (sum + (weight * one), weights + weight);
            }

            return sum / weights;
        }
    }

    // By the scores alone, so that the means of all models are over the same subsets.
    private bool IsDefined(int[] pairs) => pairs.Any(pair => scores[pair] != scores[pairs[0]]);
}

/// <summary>How well cosines follow people's scores; undefined where all scores or all cosines are equal, and means where there are no two
/// subsets.</summary>
/// <param name="Spearman">Over all pairs at once.</param>
/// <param name="Pearson">Over all pairs at once.</param>
/// <param name="SpearmanMean">Mean of the subsets.</param>
/// <param name="PearsonMean">Mean of the subsets.</param>
/// <param name="SpearmanWeighted">Mean of the subsets by their pairs.</param>
/// <param name="PearsonWeighted">Mean of the subsets by their pairs.</param>
/// <param name="UndefinedSubsets">Subsets that have no value and are left out of the means.</param>
public sealed record SentenceSimilarityResult(
    Estimate Spearman,
    Estimate Pearson,
    Estimate SpearmanMean,
    Estimate PearsonMean,
    Estimate SpearmanWeighted,
    Estimate PearsonWeighted,
    IReadOnlyList<string> UndefinedSubsets)
{
    /// <summary>The defined estimates by metric id, in the order of a table's columns.</summary>
    public IEnumerable<(string Metric, Estimate Estimate)> ByMetric() => new[]
    {
        ("sentences/sts-all/spearman", Spearman), ("sentences/sts-all/pearson", Pearson),
        ("sentences/sts-mean/spearman", SpearmanMean), ("sentences/sts-mean/pearson", PearsonMean),
        ("sentences/sts-wmean/spearman", SpearmanWeighted), ("sentences/sts-wmean/pearson", PearsonWeighted),
    }.Where(one => one.Item2.IsDefined);
}
