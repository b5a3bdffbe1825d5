namespace ContrastivePipeline.Tests.Evaluation;

public sealed class ZeroShotTests
{
    private static readonly ZeroShotClassifier Classifier = new(Matrices.Of([2, 0], [5, 0], [0, 1], [0, 3]), templates: 2);

    [Fact]
    public void Templates_are_normalised_before_they_are_averaged()
    {
        // A long prompt must not outweigh a short one: the mean of (1, 0) and (0, 1) is the diagonal.
        var classifier = new ZeroShotClassifier(Matrices.Of([9, 0], [0, 1]), templates: 2);
        Assert.Equal(Math.Sqrt(0.5), classifier.Weights[0], 1e-15);
        Assert.Equal(Math.Sqrt(0.5), classifier.Weights[1], 1e-15);
    }

    [Fact]
    public void Rare_classes_weigh_as_much_as_frequent_ones_in_the_mean_per_class()
    {
        var result = Classifier.Evaluate(Matrices.Of([1, 0], [3, 1], [1, 2], [1, 3]), [0, 0, 0, 1]);
        Assert.Equal(0.75, result.TopK(1));
        Assert.Equal((2 / 3.0 + 1) / 2, result.MeanPerClass(), 1e-15);
        Assert.Equal([2, 1, 0, 1], result.Confusion().Cast<int>());
        Assert.Equal([1, 1, 0, 1], result.HitsAt(1));
    }

    [Fact]
    public void A_class_without_media_is_left_out_of_the_mean()
    {
        var result = Classifier.Evaluate(Matrices.Of([1f, 0f]), [0]);
        Assert.Equal(double.NaN, result.PerClassAccuracy()[1]);
        Assert.Equal(1, result.MeanPerClass());
    }

    [Fact]
    public void A_tie_counts_against_the_model()
    {
        var result = Classifier.Evaluate(Matrices.Of([1, 1], [1, 1]), [0, 1]);
        Assert.Equal(0, result.TopK(1));
        Assert.Equal([1, 0], result.Predictions);
        Assert.Equal(1, result.TopK(2));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        var one = Matrices.Of([1f, 0f]);
        AssertRefused("3 prompts are not 2 for every class", () => new ZeroShotClassifier(Matrices.Of([1f], [1f], [1f]), 2));
        AssertRefused("prompts of class 0 cancel", () => new ZeroShotClassifier(Matrices.Of([1, 0], [-1, 0]), 2));
        AssertRefused("Row 1 of the prompt embeddings is all zero", () => new ZeroShotClassifier(Matrices.Of([1, 0], [0, 0]), 1));
        AssertRefused("Row 0 of the media embeddings is all zero", () => Classifier.Cosines(Matrices.Of([0f, 0f])));
        AssertRefused("3 columns and the prompts 2", () => Classifier.Cosines(Matrices.Of([1f, 0f, 0f])));
        AssertRefused("Label 2 of row 0 of the media is not between 0 and 1", () => Classifier.Evaluate(one, [2]));
        AssertRefused("2 labels for 1 media", () => Classifier.Evaluate(one, [0, 1]));

        static void AssertRefused(string expected, Func<object> act)
        {
            var error = Record.Exception(() => act());
            Assert.Contains(expected, (error as AggregateException)?.InnerException?.Message ?? error?.Message ?? "");
        }
    }
}
