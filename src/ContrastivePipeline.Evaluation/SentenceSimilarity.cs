namespace ContrastivePipeline.Evaluation;

/// <summary>Semantic textual similarity: how well cosines of sentence embeddings follow people's scores.</summary>
public static class SentenceSimilarity
{
    /// <summary>Measures over all pairs at once (“all”), without a trained regressor. Pairs that share a sentence are one cluster.</summary>
    /// <param name="embeddings">[sentences, d]; a row of zeros has cosine 0 with every other.</param>
    /// <param name="first">Row of each pair's first sentence.</param>
    /// <param name="second">Row of each pair's second sentence.</param>
    /// <param name="scores">People's scores, higher for pairs that are more alike.</param>
    /// <exception cref="ArgumentException">The lists differ in length, have fewer than two pairs, or name a row that is not
    /// there.</exception>
    public static SentenceSimilarityResult Evaluate(
        EmbeddingMatrix embeddings, IReadOnlyList<int> first, IReadOnlyList<int> second, IReadOnlyList<double> scores)
    {
        double[] cosines = Cosines(embeddings, first, second);
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count != cosines.Length || cosines.Length < 2 || !scores.All(double.IsFinite))
            throw new ArgumentException($"There are {scores.Count} scores for {cosines.Length} pairs: give each a finite one, and two or more pairs.");
        var clusters = new Clusters(SharedSentences(embeddings.Count, first, second));
        return new(
            new(Formulas.SimilaritySpearman, scores.Count, Defined(Correlation.SpearmanWithout(cosines, scores, clusters))),
            new(Formulas.SimilarityPearson, scores.Count, Defined(Correlation.PearsonWithout(cosines, scores, clusters))));
    }

    /// <summary>The cosine of each pair, in double precision.</summary>
    internal static double[] Cosines(EmbeddingMatrix embeddings, IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        Check.Finite(embeddings, "sentences");
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Concat(second).Any(row => (uint)row >= (uint)embeddings.Count))
            throw new ArgumentException($"{first.Count} and {second.Count} rows are no pairs of {embeddings.Count} sentences.");
        double[] lengths = [.. Enumerable.Range(0, embeddings.Count).Select(row => Math.Sqrt(DotProducts.Of(embeddings[row], embeddings[row])))];
        return
        [
            .. first.Zip(second, (one, other) => lengths[one] == 0 || lengths[other] == 0
                ? 0 : DotProducts.Of(embeddings[one], embeddings[other]) / (lengths[one] * lengths[other])),
        ];
    }

    private static LeaveOneOut? Defined(LeaveOneOut value) => double.IsFinite(value.Value) ? value : null;

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

/// <summary>How well cosines follow people's scores; undefined where all scores or all cosines are equal.</summary>
public sealed record SentenceSimilarityResult(Estimate Spearman, Estimate Pearson)
{
    /// <summary>The defined estimates by metric id, in the order of a table's columns.</summary>
    public IEnumerable<(string Metric, Estimate Estimate)> ByMetric() =>
        new[] { ("sentences/sts-all/spearman", Spearman), ("sentences/sts-all/pearson", Pearson) }.Where(one => one.Item2.IsDefined);
}
