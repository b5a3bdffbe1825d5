namespace ContrastivePipeline.Tests.Workflow;

public sealed class StoredCurvesTests
{
    private static readonly TrainingRecipe SmallRecipe = TinyTraining.Recipe(TinyTraining.Weights(ls: 1));

    private static StepRecord[] Steps(int from, int to) =>
    [
        .. Enumerable.Range(from, to - from).Select(i => new StepRecord(
            i, new LossTerms(i, new Dictionary<string, float> { ["contrastive"] = 2 * i, ["ls"] = 5 * i }), i, 0)),
    ];

    [Fact]
    public void Short_trainings_keep_every_step()
    {
        var points = StoredCurves.Thin(Steps(4, 7), SmallRecipe, 1).ToArray();
        Assert.Equal([5, 6, 7], points.Select(p => p.Step));
        Assert.Equal([4, 5, 6], points.Select(p => p.Loss));
        Assert.Equal([20.0, 25, 30], points.Select(p => p.Terms["ls"]));
        Assert.All(points, p => Assert.Equal(["contrastive", "ls"], p.Terms.Keys));
    }

    [Fact]
    public async Task A_curve_of_an_earlier_program_is_read_by_its_names()
    {
        ShardTable<StepRecord> earlier = new("curve", int.MaxValue, 100, Parquet.CompressionMethod.Snappy,
            [
                new NumberColumn<StepRecord, long>("step", row => row.Step),
                new NumberColumn<StepRecord, float>("loss", row => row.Losses.Total),
                new NumberColumn<StepRecord, float>("contrastive", row => row.Losses["contrastive"]),
                new NumberColumn<StepRecord, float>("cyclic_cross", _ => 0),
                new NumberColumn<StepRecord, float>("cyclic_inmodal", _ => 0),
                new NumberColumn<StepRecord, float>("sentence_unsupervised", row => row.Losses["ls"]),
                new NumberColumn<StepRecord, float>("sentence_supervised", _ => 7),
                new NumberColumn<StepRecord, double>("learning_rate", row => row.LearningRate),
                new NumberColumn<StepRecord, float>("logit_scale", row => row.LogitScale),
            ],
            (_, _) => throw new InvalidOperationException());
        using var stream = new MemoryStream(await earlier.ToBytesAsync(Steps(1, 4), TestContext.Current.CancellationToken));

        var read = await Tables.Curve.ReadAsync(stream, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 3], read.Select(step => step.Step));
        Assert.Equal([5f, 10, 15], read.Select(step => step.Losses["ls"]));
        Assert.Equal([2f, 4, 6], read.Select(step => step.Losses["contrastive"]));
        Assert.All(read, step => Assert.Equal((7f, 0f), (step.Losses["ln"], step.Losses["inmodal"])));
        Assert.Equal([1.0, 2, 3], read.Select(step => step.LearningRate));
    }

    [Fact]
    public void Long_ones_have_the_mean_of_some_steps_at_the_last_of_them()
    {
        // Steps 5 to 13 of a training in tens: a segment may begin and end between two points.
        var points = StoredCurves.Thin(Steps(5, 14), SmallRecipe, 10).ToArray();
        Assert.Equal([10, 14], points.Select(p => p.Step));
        Assert.Equal([7, 11.5], points.Select(p => p.Loss));
        Assert.Equal([14, 23], points.Select(p => p.Terms["contrastive"]));
        Assert.Equal([1, 1], points.Select(p => p.LogitScale));
    }
}
