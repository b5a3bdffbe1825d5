namespace ContrastivePipeline.Tests.Evaluation;

public sealed class StatisticsTests
{
    [Fact]
    public void The_interval_is_the_normal_one_for_many_items()
    {
        // Differences with mean 0.3 and standard deviation 1: 0.3 ± 1.96 / √n, and p by the normal distribution is 2e-21.
        var random = new Random(1);
        double[] baseline = [.. Enumerable.Range(0, 1_000).Select(_ => random.NextDouble())];
        double[] variant = [.. baseline.Select((value, i) => value + 0.3 + (i % 2 == 0 ? 1 : -1))];
        var difference = Compare(baseline, variant)!;
        Assert.Equal(0.3, difference.Difference, 1e-9);
        Assert.Equal(0.3 - (1.9624 / Math.Sqrt(999)), difference.Low, 1e-5);
        Assert.Equal(0.3 + (1.9624 / Math.Sqrt(999)), difference.High, 1e-5);
        Assert.InRange(difference.PValue, 1e-21, 1e-19);
    }

    /// <summary>The classical paired t-test: sleep gained with two drugs by ten patients (Student, 1908): t = 4.0621, p =
    /// 0.002833.</summary>
    [Fact]
    public void Items_of_their_own_give_the_paired_t_test()
    {
        double[] one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        var difference = Compare(one, two)!;
        Assert.Equal((1.58, 9, 10), (Math.Round(difference.Difference, 9), Math.Round(difference.Degrees, 9), difference.Clusters));
        Assert.Equal(4.0621, difference.Difference / difference.StandardError, 5e-5);
        Assert.Equal(0.002833, difference.PValue, 5e-7);
        Assert.Equal(0.7001, difference.Low, 5e-5);
        Assert.Equal(2.4599, difference.High, 5e-5);
    }

    [Fact]
    public void No_difference_has_no_significance()
    {
        double[] hits = [1, 0, 1, 1, 0];
        var difference = Compare(hits, hits)!;
        Assert.Equal((0, 0, 0, 1), (difference.Difference, difference.Low, difference.High, difference.PValue));
    }

    [Fact]
    public void Swapping_the_two_turns_the_sign()
    {
        double[] one = [1, 0, 1, 1, 0, 1, 1, 0], two = [0, 0, 1, 0, 1, 1, 0, 0];
        var forth = Compare(one, two)!;
        var back = Compare(two, one)!;
        Assert.Equal(forth.Difference, -back.Difference, 1e-12);
        Assert.Equal(forth.Low, -back.High, 1e-12);
        Assert.Equal(forth.PValue, back.PValue, 1e-12);
    }

    [Fact]
    public void Items_that_stand_or_fall_together_widen_the_interval()
    {
        var random = new Random(4);
        double[] images = [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble() - 0.4)];
        int[] clusters = [.. Enumerable.Range(0, 500).Select(item => item / 5)];
        double[] variant = Array.ConvertAll(clusters, cluster => images[cluster]);
        var single = Compare(new double[500], variant)!;
        var clustered = Compare(new double[500], variant, clusters)!;
        Assert.Equal(Math.Sqrt(5 * 499 / 495.0), clustered.StandardError / single.StandardError, 1e-9);
        Assert.Equal(99, clustered.Degrees, 1e-9);
    }

    [Fact]
    public void Five_clusters_that_all_agree_are_not_yet_significant()
    {
        // Each by the same amount, so there is no spread at all; but five coins fall alike once in sixteen.
        Assert.Equal(1 / 16.0, Compare(new double[5], [1, 1, 1, 1, 1])!.PValue);
        Assert.Equal(1 / 32.0, Compare(new double[6], [1, 1, 1, 1, 1, 1])!.PValue);
    }

    [Fact]
    public void One_cluster_tells_nothing_about_chance()
    {
        Assert.Null(Compare([1], [2]));
        Assert.Null(Compare([1, 2, 3], [2, 2, 4], [7, 7, 7]));
    }

    [Fact]
    public void Names_of_clusters_do_not_matter()
    {
        double[] one = [1, 0, 1, 1, 0, 1], two = [0, 1, 1, 0, 0, 0];
        Assert.Equal(Compare(one, two, [0, 0, 1, 2, 2, 1]), Compare(one, two, [9, 9, -4, 5, 5, -4]));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        Assert.Throws<ArgumentException>(() => Compare([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => Compare([], []));
        Assert.Throws<ArgumentException>(() => Compare([1], [double.NaN]));
        Assert.Throws<ArgumentException>(() => Compare([1], [1], [1, 2]));
        var (two, three) = (LeaveOneOut.OfMean([1, 2], new([0, 1])), LeaveOneOut.OfMean([1, 2, 3], new([0, 1, 1])));
        Assert.Throws<ArgumentException>(() => PairedJackknife.Compare(two, three));
        Assert.Throws<ArgumentException>(() => SeedSummary.Of([]));
    }

    [Fact]
    public void Seeds_are_summarised_by_mean_and_sample_deviation()
    {
        // 2, 4, 4, 4, 5, 5, 7, 9: squares about the mean 5 add up to 32, over 7.
        Assert.Equal(new SeedSummary(5, Math.Sqrt(32 / 7.0), 8), SeedSummary.Of([2, 4, 4, 4, 5, 5, 7, 9]));
        Assert.Null(SeedSummary.Of([3]).StandardDeviation);
    }

    private static JackknifeDifference? Compare(double[] baseline, double[] variant, int[]? ids = null)
    {
        var clusters = new Clusters(ids ?? [.. Enumerable.Range(0, baseline.Length)]);
        return PairedJackknife.Compare(LeaveOneOut.OfMean(baseline, clusters), LeaveOneOut.OfMean(variant, clusters));
    }
}
