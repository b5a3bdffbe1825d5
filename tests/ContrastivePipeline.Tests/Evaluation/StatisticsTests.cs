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
        var difference = PairedBootstrap.Compare(baseline, variant, seed: 1);
        Assert.Equal(0.3, difference.Mean, 1e-9);
        Assert.Equal(0.3 - 1.96 / Math.Sqrt(1_000), difference.Low, 0.004);
        Assert.Equal(0.3 + 1.96 / Math.Sqrt(1_000), difference.High, 0.004);
        Assert.Equal(2.0 / 10_001, difference.PValue, 1e-12);
    }

    [Fact]
    public void No_difference_has_no_significance()
    {
        double[] hits = [1, 0, 1, 1, 0];
        var difference = PairedBootstrap.Compare(hits, hits, seed: 1);
        Assert.Equal((0, 0, 0, 1), (difference.Mean, difference.Low, difference.High, difference.PValue));
    }

    [Fact]
    public void Swapping_the_two_turns_the_sign()
    {
        double[] one = [1, 0, 1, 1, 0, 1, 1, 0], two = [0, 0, 1, 0, 1, 1, 0, 0];
        var forth = PairedBootstrap.Compare(one, two, seed: 3);
        var back = PairedBootstrap.Compare(two, one, seed: 3);
        Assert.Equal(forth.Mean, -back.Mean, 1e-12);
        Assert.Equal(forth.Low, -back.High, 1e-12);
        Assert.Equal(forth.PValue, back.PValue, 1e-12);
    }

    [Fact]
    public void Pure_chance_is_seldom_called_significant()
    {
        // 200 comparisons of coins: about 5 % below 0.05, and more than 12 % has a chance below 1e-4.
        var random = new Random(2);
        int significant = Enumerable.Range(0, 200).Count(trial =>
        {
            double[] one = Coins(), two = Coins();
            return PairedBootstrap.Compare(one, two, (ulong)trial, resamples: 1_000).PValue < 0.05;
        });
        Assert.InRange(significant, 1, 24);

        double[] Coins() => [.. Enumerable.Range(0, 100).Select(_ => (double)random.Next(2))];
    }

    [Fact]
    public void Items_that_stand_or_fall_together_widen_the_interval()
    {
        var random = new Random(4);
        double[] images = [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble() - 0.4)];
        int[] clusters = [.. Enumerable.Range(0, 500).Select(item => item / 5)];
        double[] variant = Array.ConvertAll(clusters, cluster => images[cluster]);
        var single = PairedBootstrap.Compare(new double[500], variant, seed: 1);
        var clustered = PairedBootstrap.Compare(new double[500], variant, seed: 1, clusters);
        Assert.Equal(Math.Sqrt(5), (clustered.High - clustered.Low) / (single.High - single.Low), 0.15);
    }

    [Fact]
    public void Equal_seeds_give_equal_results()
    {
        double[] one = [.. Enumerable.Range(0, 50).Select(item => item % 3 == 0 ? 1.0 : 0)], two = [.. one.Reverse()];
        Assert.Equal(PairedBootstrap.Compare(one, two, seed: 5), PairedBootstrap.Compare(one, two, seed: 5));
        Assert.NotEqual(PairedBootstrap.Compare(one, two, seed: 5), PairedBootstrap.Compare(one, two, seed: 6));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare([1], [1, 2], seed: 1));
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare([], [], seed: 1));
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare([1], [double.NaN], seed: 1));
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare([1], [1], seed: 1, [1, 2]));
        Assert.Throws<ArgumentException>(() => SeedSummary.Of([]));
    }

    [Fact]
    public void Seeds_are_summarised_by_mean_and_sample_deviation()
    {
        // 2, 4, 4, 4, 5, 5, 7, 9: squares about the mean 5 add up to 32, over 7.
        Assert.Equal(new SeedSummary(5, Math.Sqrt(32 / 7.0), 8), SeedSummary.Of([2, 4, 4, 4, 5, 5, 7, 9]));
        Assert.Null(SeedSummary.Of([3]).StandardDeviation);
    }
}
