namespace ContrastivePipeline.Tests.Web.Dashboard;

public sealed class StageTreeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private PipelineInput _input = null!;

    public async ValueTask InitializeAsync()
    {
        // 2 variants, 6 steps in segments of 2: data 2, then 3 segments, embed and evaluate for each, then the report.
        var file = ShapesExperiment.Draw(_folder.Path);
        _input = new PipelineInput(
            (await PipelineRequests.ReadAsync(file, TestContext.Current.CancellationToken)).Experiment, "",
            new DatasetSpec("shapes", new EmojiSourceSpec("packages"), 32), "");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void ShowsWhatIsToCome()
    {
        var tree = Tree(active: true);
        Assert.Equal(["Data", "Train and measure", "Write report"], tree.Children.Select(c => c.Title));
        Assert.Equal(2 + (2 * 5) + 1, tree.Stages);
        Assert.Equal(0, tree.Share);
        Assert.Equal(NodeState.Waiting, tree.State);
        Assert.Equal(["Train, steps 1 to 2", "Train, steps 3 to 4", "Train, steps 5 to 6", "Embed images and captions", "Measure"],
            tree.Children[1].Children[0].Children.Select(c => c.Title));
    }

    [Fact]
    public void AStageAtWorkCountsAsFarAsItIs()
    {
        var tree =
            Tree(active: true, Done("prepare-dataset", "shapes"),
                Stage("tokenizer", "shapes-600", RunState.Running) with { Progress = new StageProgress(3, 4, "merges") });
        Assert.Equal(NodeState.Running, tree.State);
        Assert.Equal((1 + 0.75) / 13, tree.Share, 12);
        Assert.Equal(1, tree.DoneStages);
    }

    [Fact]
    public void WithoutAProcessWhatRanHasStopped()
    {
        var tree = Tree(active: false, Done("prepare-dataset", "shapes"), Stage("tokenizer", "shapes-600", RunState.Running));
        Assert.Equal(NodeState.Stopped, tree.Children[0].State);
    }

    [Fact]
    public void AGroupOfReusedStagesIsReusedAndOneNewMakesItDone()
    {
        var cached = Done("prepare-dataset", "shapes") with { Cached = true };
        Assert.Equal(NodeState.Cached, Tree(true, cached, Done("tokenizer", "shapes-600") with { Cached = true }).Children[0].State);
        Assert.Equal(NodeState.Done, Tree(true, cached, Done("tokenizer", "shapes-600")).Children[0].State);
    }

    [Fact]
    public void AFailureIsSeenFromTheTop()
    {
        var tree = Tree(
            true, Stage("train", "cyclip+ls-seed-1-steps-2-4", RunState.Failed), Stage("train", "clip-seed-1-steps-0-2", RunState.Running));
        Assert.Equal(NodeState.Failed, tree.State);
        Assert.Equal([NodeState.Running, NodeState.Failed], tree.Children[1].Children.Select(c => c.State));
    }

    [Fact]
    public void NoStageIsLost()
    {
        var tree = Tree(true, Done("conjure", "rabbit"));
        Assert.Equal("conjure rabbit", Assert.Single(tree.Children[^1].Children).Title);
    }

    private StageNode Tree(bool active, params RunStage[] stages) => StageTree.Of(
        new RunRecord(
            "shapes-20260101-000000-0000", "shapes", "", "", RunState.Running, DateTimeOffset.UnixEpoch, null, 1, "", "",
            WorkflowJson.ToElement(0), null, null, stages, null),
        _input, active);

    private static RunStage Done(string name, string label) => Stage(name, label, RunState.Completed);

    private static RunStage Stage(string name, string label, RunState state) => new(name, label, "", "", state, false, 1, 1, null, null);
}
