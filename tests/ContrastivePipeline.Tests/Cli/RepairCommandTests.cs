using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Cli;

/// <summary><c>contrastive repair RUN</c>: removes what is damaged of a run, and nothing else.</summary>
public sealed class RepairCommandTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private const string RunId = "lab-20270101-000000-0000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_damaged_is_named_and_removed_and_the_rest_stays()
    {
        var store = await local.OpenAsync();
        var (damaged, sound, expired) = await MakeAsync(store);

        var good = await RepairAsync();
        Assert.Equal($"3 artifacts of run {RunId} read: none is damaged.", good.Out.TrimEnd('\n').Split('\n')[^1]);

        await store.WriteAsync(damaged.Path, "other bytes"u8.ToArray(), Cancellation);
        await store.DeleteAsync(expired.Path, Cancellation);
        var repaired = await RepairAsync();
        Assert.Contains($"damaged, removed: {damaged.Path}\n", repaired.Out, StringComparison.Ordinal);
        Assert.EndsWith(
            "'contrastive run lab' makes again what is gone, and nothing else. "
            + "1 intermediate training states have expired, which harms nothing.\n",
            repaired.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(sound.Path, repaired.Out, StringComparison.Ordinal);
        Assert.Null(await store.TryReadAsync(damaged.Path, Cancellation));
        await store.ReadAsync(sound, Cancellation);

        // A second look finds it gone: the stage that made it is not done any more.
        Assert.Contains($"missing: {damaged.Path}\n", (await RepairAsync()).Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RepairAsync("--json")).Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal(("repaired", 3), (json.GetProperty("event").GetString(), json.GetProperty("checked").GetInt32()));
        Assert.Empty(json.GetProperty("removed").EnumerateArray());
        Assert.Equal(damaged.Path, Assert.Single(json.GetProperty("missing").EnumerateArray()).GetString());
        Assert.Equal(expired.Path, Assert.Single(json.GetProperty("expired").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_reported()
    {
        await local.OpenAsync();
        var said = await Contrastive.RunAsync("repair", "never-20270101-000000-0000", "--local", local.Folder);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.StartsWith("There is no run 'never-20270101-000000-0000'", said.Error, StringComparison.Ordinal);
    }

    private static async Task<(Artifact Damaged, Artifact Sound, Artifact Expired)> MakeAsync(ArtifactStore store)
    {
        using var lab = new WorkflowLab(store);
        var kept = new MethodStage<Number, Written>("keep", async (input, context, stop) =>
            new Written(await context.WriteAsync("number", ".txt", Encoding.UTF8.GetBytes($"{input.Value}"), stop)));
        var expiring = new MethodStage<Number, Written>("expire", async (input, context, stop) =>
            new Written(await context.WriteExpiringAsync(
                "number", ".txt", () => new MemoryStream(Encoding.UTF8.GetBytes($"{input.Value}")), stop)));
        var stages = new List<RunStage>();
        var made = new List<Artifact>();
        foreach (var (stage, value) in new[] { (kept, 1), (kept, 2), (expiring, 3) })
        {
            var call = new StageCall(stage, WorkflowJson.ToElement(new Number(value)), "");
            var output = await lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), Cancellation);
            made.Add(WorkflowJson.FromElement<Written>(output).File);
            stages.Add(new RunStage(
                stage.Name, $"n-{value}", call.Identity.Fingerprint, call.Identity.ManifestPath, RunState.Completed, false, 1, 1, null,
                null));
        }
        var run = new RunRecord(
            RunId, "lab", "", "", RunState.Completed, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, "1", "here",
            WorkflowJson.ToElement(new Number(0)), null, null, stages, null);
        await store.WriteAsync($"runs/lab/{RunId}/run.json", WorkflowJson.ToBytes(run), Cancellation);
        return (made[0], made[1], made[2]);
    }

    private async Task<Said> RepairAsync(params string[] more)
    {
        var said = await Contrastive.RunAsync(["repair", RunId, "--local", local.Folder, .. more]);
        Assert.True(said.Code == ExitCode.Done, $"exit code {said.Code}\n{said.Out}\n{said.Error}");
        return said;
    }
}
