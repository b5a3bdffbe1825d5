using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

public sealed class DropoutNoiseTests
{
    [Fact]
    public void A_mask_is_what_the_published_hash_says()
    {
        // Written out in unsigned arithmetic, as C. Wellons' lowbias32 is published (without its last shift), and SplitMix64 for the keys.
        const long seed = 42;
        static uint Round(uint x, int shift, uint factor) => (x ^ (x >> shift)) * factor;
        static uint Key(ulong place)
        {
            var z = (ulong)seed + (place + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (uint)(z ^ (z >> 31));
        }

        using var noise = new DropoutNoise(seed, CPU);
        using var scope = NewDisposeScope();
        // Calls of several sizes, more than one table of keys has.
        for (var call = 0; call < 300; call++)
        {
            var count = 1 + call * 7 % 90;
            var kept = noise.Apply(ones([count]), 0.25).data<float>().ToArray();
            for (var i = 0; i < count; i++)
            {
                var bits = Round(Round((uint)(i + 1) ^ Key(2 * (ulong)call), 16, 0x7FEB352D) ^ Key(2 * (ulong)call + 1), 15, 0x846CA68B);
                Assert.Equal((int)bits < 0.75 * uint.MaxValue + int.MinValue ? (float)(1 / 0.75) : 0, kept[i]);
            }
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Masks_drop_their_share_and_do_not_resemble_each_other(double probability)
    {
        using var noise = new DropoutNoise(7, CPU);
        using var scope = NewDisposeScope();
        const int n = 200_000;
        double[] Next() => [.. noise.Apply(ones([n / 100, 100]), probability).data<float>().Select(v => v == 0 ? 1.0 : 0.0)];
        var (first, second) = (Next(), Next());
        var deviation = Math.Sqrt(probability * (1 - probability) / n);
        Assert.InRange(first.Average(), probability - 5 * deviation, probability + 5 * deviation);
        double Together(IEnumerable<double> a, IEnumerable<double> b) =>
            a.Zip(b, (x, y) => (x - probability) * (y - probability)).Average();
        var chance = probability * (1 - probability) / Math.Sqrt(n);
        foreach (var lag in new[] { 1, 2, 7, 64, 100, 128, 512 })
        {
            Assert.InRange(Together(first, first.Skip(lag)), -5 * chance, 5 * chance);
        }
        Assert.InRange(Together(first, second), -5 * chance, 5 * chance);
    }

    [Fact]
    public void The_rest_is_scaled_to_keep_the_mean_and_gradients_pass_where_values_do()
    {
        using var noise = new DropoutNoise(7, CPU);
        using var scope = NewDisposeScope();
        var x = ones([64, 64]).requires_grad_();
        var y = noise.Apply(x, 0.2);
        y.sum().backward();
        Assert.Equal(y.data<float>().ToArray(), x.grad!.data<float>().ToArray());
        Assert.Equal([0, 1.25f], y.data<float>().Distinct().Order());
        Assert.Same(x, noise.Apply(x, 0));
    }
}
