using System.Text;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class StageRunnerTests(AzuriteFixture azurite)
{
    private static MethodStage<Number, Written> Writer(string name = "write", Func<Task>? before = null) =>
        new(name, async (input, context, ct) =>
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
        Assert.StartsWith(
            call.Identity.Prefix + "/", WorkflowJson.FromElement<Written>(manifest.Output).File.Path, StringComparison.Ordinal);
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

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct));
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
        var output = WorkflowJson.FromElement<Written>(
            await lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct));

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_manifest_is_no_manifest_and_is_replaced(bool bytesDiffer)
    {
        var address = await azurite.NewAddressAsync();
        using var lab = new WorkflowLab(await ArtifactStore.OpenAsync(address, TestContext.Current.CancellationToken));
        var ct = TestContext.Current.CancellationToken;
        var stage = Writer();
        var call = Call(stage, 4);
        var cut = Encoding.UTF8.GetBytes("{ \"name\": \"wri");
        if (bytesDiffer)
            await Damage.WriteAsync(address, call.Identity.ManifestPath, cut);
        else
            await lab.Store.WriteAsync(call.Identity.ManifestPath, cut, ct);

        Assert.Null(await lab.Runner(stage).FindAsync(call.Identity, ct));
        var output = await lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct);

        Assert.Equal(CanonicalJson.Of(output), CanonicalJson.Of((await lab.Runner(stage).FindAsync(call.Identity, ct))!.Value));
        Assert.Equal(1, stage.Runs);
    }

    [Fact]
    public async Task One_that_lost_its_claim_after_writing_cannot_harm_what_the_winner_wrote()
    {
        var address = await azurite.NewAddressAsync();
        using var lab = new WorkflowLab(await ArtifactStore.OpenAsync(address, TestContext.Current.CancellationToken));
        var ct = TestContext.Current.CancellationToken;
        var (written, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        // Two attempts whose bytes differ, as on a GPU; the first continues writing after the second has begun.
        MethodStage<Number, Written> Writing(string who, Func<Task> before) => new("race", async (_, context, token) =>
        {
            await before();
            return new Written(await context.WriteAsync("who", ".txt", Encoding.UTF8.GetBytes(who), token));
        });
        var loser = Writing("loser", () =>
        {
            written.SetResult();
            return goOn.Task;
        });
        var winner = Writing("winner", () => Task.CompletedTask);

        var losing = lab.Runner(loser).RunAsync(Call(loser, 1), new StageAttempt(1, TimeProvider.System), ct);
        await written.Task;
        await Damage.BreakLeaseAsync(address, Call(winner, 1).Identity.Prefix + "/lock");
        var won = WorkflowJson.FromElement<Written>(
            await lab.Runner(winner).RunAsync(Call(winner, 1), new StageAttempt(2, TimeProvider.System), ct));
        goOn.SetResult();
        var lost = WorkflowJson.FromElement<Written>(await losing);

        Assert.Equal(won, lost);
        Assert.Equal("winner", Encoding.UTF8.GetString(await lab.Store.ReadAsync(won.File, ct)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_stage_reads_and_finds_damaged_is_removed_and_made_again_by_a_repeat(bool wrapped)
    {
        var address = await azurite.NewAddressAsync();
        using var lab = new WorkflowLab(await ArtifactStore.OpenAsync(address, TestContext.Current.CancellationToken));
        var ct = TestContext.Current.CancellationToken;
        var maker = new MethodStage<Number, Written>("make", async (input, context, token) =>
            new Written(await context.WriteAsync("number", ".txt", Encoding.UTF8.GetBytes($"{input.Value}"), token)));
        var reader = new MethodStage<Written, Number>("read", async (input, context, token) =>
        {
            try
            {
                return new Number(int.Parse(Encoding.UTF8.GetString(await context.Store.ReadAsync(input.File, token)), null));
            }
            catch (ArtifactCorruptException fault) when (wrapped)
            {
                throw new InvalidDataException("unreadable", fault);
            }
        });
        var runner = lab.Runner(maker, reader);
        var made = WorkflowJson.FromElement<Written>(await runner.RunAsync(Call(maker, 8), new StageAttempt(1, TimeProvider.System), ct));
        await Damage.WriteAsync(address, made.File.Path, "7"u8.ToArray());
        var read = new StageCall(reader, WorkflowJson.ToElement(made), "");

        var fault = await Assert.ThrowsAsync<DamagedInputException>(
            () => runner.RunAsync(read, new StageAttempt(1, TimeProvider.System), ct));
        Assert.Contains(made.File.Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("Run the same again", fault.Message, StringComparison.Ordinal);

        Assert.Null(await runner.FindAsync(Call(maker, 8).Identity, ct));
        Assert.Equal(
            made, WorkflowJson.FromElement<Written>(await runner.RunAsync(Call(maker, 8), new StageAttempt(1, TimeProvider.System), ct)));
        Assert.Equal(
            new Number(8), WorkflowJson.FromElement<Number>(await runner.RunAsync(read, new StageAttempt(1, TimeProvider.System), ct)));
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
    [InlineData("train\n")]
    public void A_stage_name_is_a_plain_word(string name) => Assert.Throws<ArgumentException>(() => Writer(name));
}
