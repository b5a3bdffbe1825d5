namespace ContrastivePipeline.Tests.Evaluation;

public sealed class StudentTTests
{
    /// <summary>From the usual printed tables.</summary>
    [Theory]
    [InlineData(0.05, 1, 12.7062)]
    [InlineData(0.05, 2, 4.30265)]
    [InlineData(0.05, 5, 2.57058)]
    [InlineData(0.05, 10, 2.22814)]
    [InlineData(0.05, 30, 2.04227)]
    [InlineData(0.05, 120, 1.97993)]
    [InlineData(0.01, 4, 4.60409)]
    [InlineData(0.001, 60, 3.46020)]
    [InlineData(0.05, 1e7, 1.959964)]
    public void Critical_values_are_those_of_the_tables(double probability, double degrees, double expected) =>
        Assert.Equal(expected, StudentT.Critical(probability, degrees), 6e-6 * expected);

    /// <summary>One degree is Cauchy's distribution, two have a closed form.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.7)]
    [InlineData(3)]
    [InlineData(250)]
    [InlineData(1e6)]
    public void One_and_two_degrees_have_closed_forms(double t)
    {
        Relative(2 / Math.PI * Math.Atan2(1, t), StudentT.TwoSided(t, 1));
        // 1 − t / √(2 + t²), rearranged so that nothing cancels.
        double root = Math.Sqrt(2 + (t * t));
        Relative(2 / (root * (root + t)), StudentT.TwoSided(-t, 2));
    }

    [Fact]
    public void Many_degrees_are_the_normal_distribution()
    {
        // 2 Φ(−1), 2 Φ(−5).
        Assert.Equal(0.31731050786, StudentT.TwoSided(1, 1e9), 1e-8);
        Assert.Equal(5.733031e-7, StudentT.TwoSided(5, 1e9), 1e-12);
    }

    [Fact]
    public void More_degrees_have_thinner_tails_and_whole_numbers_are_nothing_special()
    {
        double[] degrees = [1, 1.5, 2.25, 3, 7.9, 8, 8.1, 59, 61, 1_000, 1e6];
        double[] tails = [.. degrees.Select(d => StudentT.TwoSided(2.5, d))];
        Assert.Equal(tails.OrderDescending(), tails);
        Assert.All(degrees, d => Relative(0.03, StudentT.TwoSided(StudentT.Critical(0.03, d), d), 1e-9));
        Assert.Equal((0, 1), (StudentT.TwoSided(double.NegativeInfinity, 3), StudentT.TwoSided(0, 3)));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.TwoSided(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Critical(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Critical(1, 5));
    }

    private static void Relative(double expected, double actual, double tolerance = 1e-11) =>
        Assert.InRange(actual, expected * (1 - tolerance), expected * (1 + tolerance));
}
