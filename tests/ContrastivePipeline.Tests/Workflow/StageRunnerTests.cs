using System.Text;
using ContrastivePipeline.Tests.Storage;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class StageRunnerTests(AzuriteFixture azurite)
{
    private static MethodStage<Number, Written> Writer(string name = "write", Func<Task>? before = null) => new(name, async (input, context, ct) =>
    {
        if (before is not null)
            await before();
        var file = await context.Store.WriteAsync(context.Path("number.txt"), Encoding.UTF8.GetBytes($"{input.Value}"), ct);
        return new Written(file);
    });

    private static StageCall Call(Stage stage, int value, string generation = "") =>
        new(stage, WorkflowJson.ToElement(new Number(value)), generation);

    [Fact]
    public async Task Writes_the_manifest_beside_the_outputs_and_returns_it_ever_after()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Writer();
        var call = Call(stage, 7);
        var runner = lab.Runner(stage);
        var ct = TestContext.Current.CancellationToken;

        var first = await runner.RunAsync(call, new StageAttempt(1, TimeProvider.System), ct);
        var second = await runner.RunAsync(call, new StageAttempt(1, TimeProvider.System), ct);

        Assert.Equal(1, stage.Runs);
        Assert.Equal(CanonicalJson.Of(first), CanonicalJson.Of(second));
        Assert.Equal($"stages/write/n-7-{call.Identity.Fingerprint[..12]}/manifest.json", call.Identity.ManifestPath);
        var blob = await lab.Store.TryReadAsync(call.Identity.ManifestPath, ct);
        var manifest = WorkflowJson.FromBytes<StageManifest>(blob!.Content);
        Assert.Equal(("write", 1, call.Identity.Fingerprint, 1), (manifest.Name, manifest.Version, manifest.Fingerprint, manifest.Attempt));
        Assert.Equal("""{"value":7}""", CanonicalJson.Of(manifest.Input));
        Assert.StartsWith(call.Identity.Prefix + "/", WorkflowJson.FromElement<Written>(manifest.Output).File.Path, StringComparison.Ordinal);
        Assert.True(manifest.Finished >= manifest.Started);
        Assert.NotEmpty(manifest.Machine);
        Assert.NotEmpty(manifest.CodeVersion);
        Assert.False(Directory.Exists(lab.Scratch) && Directory.EnumerateFileSystemEntries(lab.Scratch).Any(), "scratch was left behind");
    }

    [Fact]
    public async Task Two_hosts_at_once_leave_one_manifest_and_return_one_output()
    {
        var store = await azurite.OpenStoreAsync();
        using var left = new WorkflowLab(store);
        using var right = new WorkflowLab(store);
        // Each would write other bytes: only mutual exclusion keeps the manifest and the blob in agreement.
        MethodStage<Number, Written> Racing(string who) => new("race", async (_, context, ct) =>
        {
            var file = await context.Store.WriteAsync(context.Path("who.txt"), Encoding.UTF8.GetBytes(who), ct);
            await Task.Delay(50, ct);
            return new Written(file);
        });
        var stages = new[] { Racing("left"), Racing("right") };
        var ct = TestContext.Current.CancellationToken;

        var outputs = await Task.WhenAll(
            Task.Run(() => left.Runner(stages[0]).RunAsync(Call(stages[0], 1), new StageAttempt(1, TimeProvider.System), ct), ct),
            Task.Run(() => right.Runner(stages[1]).RunAsync(Call(stages[1], 1), new StageAttempt(1, TimeProvider.System), ct), ct));

        Assert.Equal(CanonicalJson.Of(outputs[0]), CanonicalJson.Of(outputs[1]));
        Assert.Equal(1, stages[0].Runs + stages[1].Runs);
        await store.ReadAsync(WorkflowJson.FromElement<Written>(outputs[0]).File, ct);
    }

    [Fact]
    public async Task A_crash_between_output_and_manifest_is_redone()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var crash = true;
        var stage = new MethodStage<Number, Written>("crash", async (input, context, token) =>
        {
            var file = await context.Store.WriteAsync(context.Path("number.txt"), Encoding.UTF8.GetBytes($"{input.Value}"), token);
            return crash ? throw new InvalidOperationException("killed") : new Written(file);
        });
        var call = Call(stage, 3);

        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct));
        Assert.NotNull(await lab.Store.TryReadAsync(call.Identity.Prefix + "/number.txt", ct));
        Assert.Null(await lab.Runner(stage).FindAsync(call.Identity, ct));

        crash = false;
        await lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct);
        Assert.Equal(2, stage.Runs);
        Assert.NotNull(await lab.Runner(stage).FindAsync(call.Identity, ct));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task An_output_that_is_gone_is_made_again(bool otherBytes, int attemptOfManifest)
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var text = "first";
        var stage = new MethodStage<Number, Written>("write", async (_, context, token) =>
            new Written(await context.Store.WriteAsync(context.Path("file.txt"), Encoding.UTF8.GetBytes(text), token)));
        var call = Call(stage, 9);
        var output = WorkflowJson.FromElement<Written>(await lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct));

        await lab.Store.DeleteAsync(output.File.Path, ct);
        Assert.Null(await lab.Runner(stage).FindAsync(call.Identity, ct));
        text = otherBytes ? "second" : "first";
        var again = WorkflowJson.FromElement<Written>(await lab.Runner(stage).RunAsync(call, new StageAttempt(2, TimeProvider.System), ct));

        Assert.Equal(2, stage.Runs);
        Assert.Equal(text, Encoding.UTF8.GetString(await lab.Store.ReadAsync(again.File, ct)));
        var manifest = WorkflowJson.FromBytes<StageManifest>((await lab.Store.TryReadAsync(call.Identity.ManifestPath, ct))!.Content);
        Assert.Equal(again, WorkflowJson.FromElement<Written>(manifest.Output));
        Assert.Equal(attemptOfManifest, manifest.Attempt);
    }

    [Fact]
    public async Task A_damaged_manifest_is_named()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var stage = Writer();
        var call = Call(stage, 4);
        await lab.Store.WriteAsync(call.Identity.ManifestPath, Encoding.UTF8.GetBytes("{ \"name\": \"wri"), ct);

        var fault = await Assert.ThrowsAsync<StageManifestException>(() => lab.Runner(stage).FindAsync(call.Identity, ct));
        Assert.Contains(call.Identity.ManifestPath, fault.Message, StringComparison.Ordinal);
        Assert.Contains("write (n-4)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("--fresh", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_or_generation_is_other_work()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var stage = Writer();
        var later = new MethodStage<Number, Number>("write", (input, _, _) => Task.FromResult(input), version: 2);
        await lab.Runner(stage).RunAsync(Call(stage, 5), new StageAttempt(1, TimeProvider.System), ct);

        Assert.NotNull(await lab.Runner(stage).FindAsync(Call(stage, 5).Identity, ct));
        Assert.Null(await lab.Runner(stage).FindAsync(Call(stage, 5, "fresh").Identity, ct));
        Assert.Null(await lab.Runner(later).FindAsync(Call(later, 5).Identity, ct));
    }

    [Theory]
    [InlineData("Train")]
    [InlineData("train/x")]
    [InlineData("")]
    public void A_stage_name_is_a_plain_word(string name) => Assert.Throws<ArgumentException>(() => Writer(name));
}
