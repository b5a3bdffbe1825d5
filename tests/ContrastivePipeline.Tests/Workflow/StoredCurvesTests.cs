namespace ContrastivePipeline.Tests.Workflow;

public sealed class StoredCurvesTests
{
    private static readonly TrainingRecipe SmallRecipe = TinyTraining.Recipe(new ObjectiveWeights(SentenceUnsupervised: 1));

    private static StepRecord[] Steps(int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(i => new StepRecord(i, new LossTerms(i, 2 * i, 3 * i, 4 * i, 5 * i, 6 * i), i, 0))];

    [Fact]
    public void Short_trainings_keep_every_step()
    {
        var points = StoredCurves.Thin(Steps(4, 7), SmallRecipe, 1).ToArray();
        Assert.Equal([5, 6, 7], points.Select(p => p.Step));
        Assert.Equal([4, 5, 6], points.Select(p => p.Loss));
        Assert.Equal([20.0, 25, 30], points.Select(p => p.SentenceUnsupervised!.Value));
        Assert.All(points, p => Assert.Null(p.CrossModalCyclic ?? p.InModalCyclic ?? p.SentenceSupervised));
    }

    [Fact]
    public void Long_ones_have_the_mean_of_some_steps_at_the_last_of_them()
    {
        // Steps 5 to 13 of a training in tens: a segment may begin and end between two points.
        var points = StoredCurves.Thin(Steps(5, 14), SmallRecipe, 10).ToArray();
        Assert.Equal([10, 14], points.Select(p => p.Step));
        Assert.Equal([7, 11.5], points.Select(p => p.Loss));
        Assert.Equal([14, 23], points.Select(p => p.Contrastive));
        Assert.Equal([1, 1], points.Select(p => p.LogitScale));
    }
}
