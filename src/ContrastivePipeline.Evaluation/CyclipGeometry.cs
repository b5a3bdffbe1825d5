namespace ContrastivePipeline.Evaluation;

/// <summary>The variants of alignment and uniformity that CyCLIP's published scripts compute (arXiv 2205.14459), for comparison with its
/// tables. Their signs and pairs differ from <see cref="Geometry"/>'s. Rows must have length 1.</summary>
public static class CyclipGeometry
{
    /// <summary>log mean exp(−2‖Iᵢ − Tⱼ‖²) over i &gt; j alone: half of the unmatched pairs.</summary>
    /// <param name="media">[n, d], paired with the texts row by row.</param>
    /// <param name="texts">[n, d].</param>
    public static double CaptionUniformity(EmbeddingMatrix media, EmbeddingMatrix texts)
    {
        CheckRows(media, texts, "text embeddings");
        if (media.Count != texts.Count || media.Count < 2)
            throw new ArgumentException($"{media.Count} media and {texts.Count} texts are not two or more pairs.");
        return PairSums.LogMean(
            media, texts, (row, column) => row > column, (left, right, product) => PairSums.Gaussian(2, left, right, product));
    }

    /// <summary>Mean ⟨Iᵢ, C_label(i)⟩; higher is better aligned.</summary>
    /// <param name="media">[n, d].</param>
    /// <param name="classTexts">[classes, d].</param>
    public static double LabelAlignment(EmbeddingMatrix media, EmbeddingMatrix classTexts, int[] labels)
    {
        CheckRows(media, classTexts, "class embeddings");
        Check.Labels(labels, media.Count, classTexts.Count, "media");
        return Enumerable.Range(0, media.Count).Average(row => DotProducts.Of(media[row], classTexts[labels[row]]));
    }

    /// <summary>log mean exp(−⟨Iᵢ, C_label(j)⟩) over i ≠ j, pairs of equal label included; higher is more uniform.</summary>
    /// <param name="media">[n, d], at least two.</param>
    /// <param name="classTexts">[classes, d].</param>
    public static double LabelUniformity(EmbeddingMatrix media, EmbeddingMatrix classTexts, int[] labels)
    {
        CheckRows(media, classTexts, "class embeddings");
        Check.Labels(labels, media.Count, classTexts.Count, "media");
        if (media.Count < 2)
            throw new ArgumentException("Uniformity needs at least two media.", nameof(media));
        return PairSums.LogMean(
            media, classTexts.Select(labels), (row, column) => row != column, (_, _, product) => Math.Exp(-product));
    }

    private static void CheckRows(EmbeddingMatrix media, EmbeddingMatrix texts, string what)
    {
        Check.Finite(media, "media embeddings");
        Check.Finite(texts, what);
        Check.SameDimension(media, texts, "media embeddings", what);
        Check.Unit(media, "media embeddings");
        Check.Unit(texts, what);
    }
}
