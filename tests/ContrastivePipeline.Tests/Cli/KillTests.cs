namespace ContrastivePipeline.Tests.Cli;

public sealed class KillTests
{
    [Fact]
    public async Task A_run_that_is_killed_ends_as_if_it_had_not_been()
    {
        await RequireNodeAsync();
        var ct = TestContext.Current.CancellationToken;
        using var data = new TemporaryFolder();
        var trial = new KillTrial(ShapesExperiment.Draw(data.Path));
        var undisturbed = await trial.RunAsync([], ct);
        KillTarget[] targets =
        [
            new("prepare-dataset", null, TimeSpan.FromSeconds(0.05)),
            new("train", "cyclip+ls-seed-1-steps-2-4", TimeSpan.FromSeconds(0.05)),
            new("evaluate", "clip-seed-1-shapes", TimeSpan.Zero),
        ];

        var killed = await trial.RunAsync(targets, ct);

        Assert.Equal(3, killed.Kills.Count);
        Assert.Equal(2, undisturbed.Weights.Count);
        Assert.Empty(killed.DifferencesTo(undisturbed));
    }

    [Fact]
    public async Task A_refresh_that_is_killed_leaves_whole_versions_and_its_repeat_the_same_bytes()
    {
        await RequireNodeAsync();

        var kills = await new RefreshKillTrial(new Random(20)).RunAsync(3, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(3, kills.Count);
        Assert.All(kills, kill => Assert.Empty(kill.Faults));
    }

    [Fact]
    public void Kills_are_spread_over_all_kinds_of_stages()
    {
        StageTime[] stages = [Stage("prepare", "a"), Stage("train", "a"), Stage("train", "b"), Stage("report", "run-17")];

        var runs = KillTarget.Spread(7, stages, new Random(1));

        Assert.Equal([3, 3, 1], runs.Select(run => run.Length));
        Assert.All(runs.Take(2), run => Assert.Equal(["prepare", "train", "report"], run.Select(target => target.Name)));
        Assert.All(runs.SelectMany(run => run), target => Assert.InRange(target.After, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Null(runs[0][2].Label);
        Assert.True(runs[0][1].Label is "a" or "b");
    }

    [Fact]
    public void Differences_are_reported()
    {
        var good = new KilledRun(new Dictionary<string, string> { ["clip"] = "a" }, "[]", TimeSpan.Zero, [], [], []);
        var bad = new KilledRun(new Dictionary<string, string> { ["clip"] = "b" }, "[1]", TimeSpan.Zero, [], [], ["0123"]);

        Assert.Empty(good.DifferencesTo(good));
        Assert.Equal(
            ["stage 0123 was done and was done again", "the weights of clip differ", "the metrics differ"], bad.DifferencesTo(good));
    }

    private static StageTime Stage(string name, string label) => new(name, label, TimeSpan.FromSeconds(1));

    private static async Task RequireNodeAsync()
    {
        try
        {
            await NodeTools.RequireNodeAsync();
        }
        catch (LocalStoreException absent)
        {
            Assert.Skip($"Needs Azurite: {absent.Message}");
        }
    }
}
