using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Tests.Web;

/// <summary>What is damaged or gone hides nothing else.</summary>
public sealed class UnreadableRecordTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_damaged_record_leaves_the_other_runs_in_the_lists_and_is_named()
    {
        var store = await azurite.OpenStoreAsync();
        await SaveAsync(store, Run("good-20260101-000000-0000"));
        await store.WriteAsync("runs/bad/bad-20260101-000000-0000/run.json", "{\"id\": "u8.ToArray(), Cancellation);
        await using var web = await WebLab.StartAsync(store);

        var list = await web.GetJsonAsync("/api/runs");
        Assert.Equal("good-20260101-000000-0000", Assert.Single(list.GetProperty("runs").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(
            "runs/bad/bad-20260101-000000-0000/run.json", Assert.Single(list.GetProperty("unreadable").EnumerateArray()).GetString());
        foreach (var path in new[] { "/", "/?part=rows", "/compare", "/search", "/datasets" })
            Assert.Equal(HttpStatusCode.OK, (await web.GetAsync(path)).StatusCode);
        Assert.Contains("runs/bad/bad-20260101-000000-0000/run.json", await ReadAsync(web, "/"), StringComparison.Ordinal);
        var problem = await WebLab.ProblemAsync(await web.GetAsync("/api/runs/bad-20260101-000000-0000"), 500);
        Assert.EndsWith("record-damaged", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        // Reported once, not with every list.
        Assert.Single(web.Notices, notice => notice.Contains("left out of the lists", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_whose_manifests_have_expired_still_has_its_page()
    {
        var store = await azurite.OpenStoreAsync();
        var stage = new RunStage(
            "evaluate", "clip-seed-1", "f", "stages/evaluate/f/manifest.json", RunState.Completed, false, 1, 1, null, null);
        using var folder = new TemporaryFolder();
        var input = new PipelineInput((await PipelineRequests.ReadAsync(ShapesExperiment.Draw(folder.Path), Cancellation)).Experiment, "", null, "");
        var run = Run("old-20260101-000000-0000") with { Input = WorkflowJson.ToElement(input), Stages = [stage] };
        await SaveAsync(store, run);
        await using var web = await WebLab.StartAsync(store);
        foreach (var path in new[] { "", "?part=results", "/artifacts" })
        {
            Assert.Equal(HttpStatusCode.OK, (await web.GetAsync($"/runs/{run.Id}{path}")).StatusCode);
            Assert.Contains("No longer in the store", await ReadAsync(web, $"/runs/{run.Id}{path}"), StringComparison.Ordinal);
        }
        Assert.Empty((await web.GetJsonAsync($"/api/runs/{run.Id}/artifacts")).EnumerateArray());
        var other = run with { Id = "old-20260102-000000-0000" };
        await SaveAsync(store, other);
        Assert.Contains("has expired", await ReadAsync(web, $"/compare?run={run.Id}&run={other.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_kept_up_to_a_number_of_bytes_and_none_is_left_out()
    {
        var store = await azurite.OpenStoreAsync();
        for (var i = 0; i < 12; i++)
            await SaveAsync(store, Run($"many-20260101-000000-{i:0000}") with { Machine = new string('#', 10_000) });
        await using var web = await WebLab.StartAsync(store, with: parts => parts with { KeptRecords = 40_000 });
        for (var again = 0; again < 3; again++)
            Assert.Equal(12, (await web.GetJsonAsync("/api/runs")).GetProperty("total").GetInt32());
        Assert.InRange(web.Services.GetRequiredService<RunCatalog>().KeptBytes, 1, 40_000);
    }

    internal static RunRecord Run(string id) => new(
        id, RunId.ExperimentOf(id)!, "", "", RunState.Completed, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, "9.9", "m",
        WorkflowJson.ToElement(0),
        null, null, [], null);

    internal static Task SaveAsync(ArtifactStore store, RunRecord run) =>
        store.WriteAsync($"runs/{run.Experiment}/{run.Id}/run.json", WorkflowJson.ToBytes(run), Cancellation);

    private static async Task<string> ReadAsync(WebLab web, string path) =>
        Encoding.UTF8.GetString(await (await web.GetAsync(path)).Content.ReadAsByteArrayAsync(Cancellation));
}
