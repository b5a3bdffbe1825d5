namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>Cases of formulas written out in their case.json, which state the tolerances used here.</summary>
public sealed class StatisticsGoldenTests
{
    /// <summary>The case gives the error for many clusters. So the items are repeated in clusters of their own until what the jackknife
    /// adds for few clusters is gone: the error is the case's, divided by the root of the copies.</summary>
    [Theory]
    [MemberData(nameof(Golden.Cases), "cluster-bootstrap", MemberType = typeof(Golden))]
    public void The_error_of_clusters_drawn_together_is_the_references(GoldenCase golden)
    {
        var (values, clusters) = (golden.Doubles("in.x"), golden.Ints("in.cluster"));
        int copies = Math.Max(100, 40_000 / values.Length);
        int ids = clusters.Max() + 1;
        double[] repeated = [.. Enumerable.Repeat(values, copies).SelectMany(x => x)];
        int[] repeatedClusters = [.. Enumerable.Range(0, copies).SelectMany(copy => clusters.Select(cluster => (copy * ids) + cluster))];
        var many = Compare(repeated, repeatedClusters);
        Assert.Equal(golden.Doubles("out.mean")[0], many.Difference, 1e-12);
        Relative(golden.Doubles("out.se_clusters")[0], many.StandardError * Math.Sqrt(copies), 0.005);

        // Of the case's own few clusters it is larger, by about 1 / (1 − share of a cluster).
        double few = Compare(values, clusters).StandardError / golden.Doubles("out.se_clusters")[0];
        int[] sizes = [.. clusters.CountBy(cluster => cluster).Select(c => c.Value)];
        Assert.InRange(few, Math.Sqrt((sizes.Length - 1.0) / sizes.Length), 1 / (1 - (sizes.Max() / (double)values.Length)));
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "cluster-bootstrap", MemberType = typeof(Golden))]
    public void The_error_of_items_drawn_alone_is_the_references(GoldenCase golden)
    {
        double[] values = golden.Doubles("in.x");
        var alone = Compare(values, [.. Enumerable.Range(0, values.Length)]);
        double corrected = golden.Doubles("out.se_items")[0] * Math.Sqrt(values.Length / (values.Length - 1.0));
        Relative(corrected, alone.StandardError, 0.03);
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "holm", MemberType = typeof(Golden))]
    public void Adjusted_p_values_are_the_references(GoldenCase golden)
    {
        double[] expected = golden.Doubles("out.adjusted"), actual = Holm.Adjust(golden.Doubles("in.p"));
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static JackknifeDifference Compare(double[] values, int[] ids)
    {
        var clusters = new Clusters(ids);
        return PairedJackknife.Compare(LeaveOneOut.OfMean(new double[values.Length], clusters), LeaveOneOut.OfMean(values, clusters))!;
    }

    private static void Relative(double expected, double actual, double tolerance) =>
        Assert.InRange(actual / expected, 1 - tolerance, 1 + tolerance);
}
