using System.Text.Json;

namespace ContrastivePipeline.Tests.Cli;

public sealed class StoreCommandTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private const string Denied =
        "DefaultEndpointsProtocol=http;AccountName=contrastive;AccountKey=d3Jvbmc=;BlobEndpoint=http://127.0.0.1:";

    [Fact]
    public async Task An_empty_store_says_how_to_begin()
    {
        await local.OpenAsync();

        var runs = await Contrastive.RunAsync("runs", "--local", local.Folder, "--experiment", "never");
        Assert.Equal((ExitCode.Done, "There is no run yet. Start one: contrastive run demo\n"), (runs.Code, runs.Out));

        var status = await Contrastive.RunAsync("status", "never-20261123-120000-0000", "--local", local.Folder);
        Assert.Equal(ExitCode.Usage, status.Code);
        Assert.StartsWith("There is no run 'never-20261123-120000-0000'", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_run_is_shown_as_one()
    {
        var store = await local.OpenAsync();
        var run = Killed();
        await store.WriteAsync($"runs/killed/{run.Id}/run.json", WorkflowJson.ToBytes(run), TestContext.Current.CancellationToken);

        var status = await Contrastive.RunAsync("status", "killed", "--local", local.Folder);
        Assert.Equal(ExitCode.Done, status.Code);
        Assert.Contains("Run killed-20261123-120000-0000: killed, started 2026-11-23 12:00:00, 2 sessions\nPhase: training, 1 of 2\n",
            status.Out, StringComparison.Ordinal);
        Assert.Matches(@"prepare-dataset \(emoji\) +done +12 s", status.Out);
        Assert.Matches(@"train \(clip-seed-1\) +cut off +100 of 400 steps", status.Out);
        Assert.Contains("resumes where it stopped", status.Out, StringComparison.Ordinal);

        var json = JsonDocument.Parse((await Contrastive.RunAsync("status", run.Id, "--json", "--local", local.Folder)).Out).RootElement;
        Assert.Equal("killed", json.GetProperty("state").GetString());
        Assert.Equal(2, json.GetProperty("run").GetProperty("stages").GetArrayLength());

        var runs = await Contrastive.RunAsync("runs", "--local", local.Folder, "--experiment", "killed");
        Assert.Matches(@"killed-20261123-120000-0000 +killed +2026-11-23 12:00:00 +1/2", runs.Out);
    }

    [Fact]
    public async Task A_wrong_key_is_access_denied()
    {
        await local.OpenAsync();
        var port = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(local.Folder, "store", "azurite.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("Port")
            .GetInt32();

        var said = await Contrastive.RunAsync("runs", "--store", $"{Denied}{port}/contrastive;");

        Assert.Equal(ExitCode.Store, said.Code);
        Assert.Contains("refuses access", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("d3Jvbmc", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_finds_everything_in_order()
    {
        await local.OpenAsync();

        var said = await Contrastive.RunAsync("doctor", "--local", local.Folder);

        Assert.Equal((ExitCode.Done, ""), (said.Code, said.Error));
        foreach (var check in new[] { "program", "system", "native torch", "disk", "Node.js", "npm", "npm packages", "store" })
        {
            Assert.Contains($"  {check} ", said.Out, StringComparison.Ordinal);
        }
        Assert.Contains("libtorch", said.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_fails_where_the_store_does()
    {
        var said = await Contrastive.RunAsync("doctor", "--json", "--store", "nonsense");

        Assert.Equal(ExitCode.Failed, said.Code);
        var store = JsonDocument.Parse(said.Out).RootElement.EnumerateArray().Last();
        Assert.Equal(("store", "fail"), (store.GetProperty("check").GetString(), store.GetProperty("verdict").GetString()));
    }

    private static RunRecord Killed()
    {
        var nothing = JsonDocument.Parse("{}").RootElement;
        return new RunRecord(
            "killed-20261123-120000-0000", "killed", new string('0', 64), "", RunState.Running,
            new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), null, 2, "0.1.0", "here", nothing, null,
            new WorkflowStatus("training", 1, 2),
            [
                new RunStage("prepare-dataset", "emoji", new string('a', 64), "m", RunState.Completed, false, 1, 12, null, null),
                new RunStage("train", "clip-seed-1", new string('b', 64), "n", RunState.Running, false, 1, 0,
                    new StageProgress(100, 400, "steps"), null),
            ],
            null);
    }
}
