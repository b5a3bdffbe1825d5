namespace ContrastivePipeline.Tests.Evaluation;

public sealed class HolmTests
{
    [Fact]
    public void The_smallest_is_multiplied_most_and_none_falls_below_one_before_it()
    {
        // 0.01 · 4; 0.02 · 3; 0.03 · 2 is as large; 0.04 · 1 is less than the one before it.
        Assert.Equal([0.06, 0.04, 0.06, 0.06], Holm.Adjust([0.04, 0.01, 0.03, 0.02]).Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void None_exceeds_one_and_one_test_needs_no_correction()
    {
        Assert.Equal([1, 1, 1], Holm.Adjust([0.5, 0.9, 1]));
        Assert.Equal([0.04], Holm.Adjust([0.04]));
        Assert.Empty(Holm.Adjust([]));
        Assert.Equal([0, 0], Holm.Adjust([0, 0]));
    }

    [Fact]
    public void Pure_chance_makes_one_false_finding_in_a_family_at_most_once_in_twenty()
    {
        // 10,000 families of 20 independent tests without an effect: 5 % exactly would be 4.9 %, its error 0.2 points.
        var random = new Random(3);
        int families = Enumerable.Range(0, 10_000).Count(_ =>
            Holm.Adjust([.. Enumerable.Range(0, 20).Select(_ => random.NextDouble())]).Any(p => p < 0.05));
        Assert.InRange(families, 430, 570);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Bad_input_is_reported(double p) => Assert.Throws<ArgumentException>(() => Holm.Adjust([0.5, p]));
}
