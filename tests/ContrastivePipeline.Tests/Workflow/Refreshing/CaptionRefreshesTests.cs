namespace ContrastivePipeline.Tests.Workflow.Refreshing;

public sealed class CaptionRefreshesTests(AzuriteFixture azurite)
{
    private static readonly RecordingObserver Nobody = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_refreshes_at_once_one_wins_and_the_other_can_be_repeated()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var mine = Table(lab, "mine.csv", "0.png,mine");
        var theirs = Table(lab, "theirs.csv", "1.png,theirs");
        // The other refresh is quicker than this one, which has looked what is current already.
        var slow = lab.Through(async (input, observer, ct) =>
        {
            await lab.Refreshes.RefreshAsync(theirs, observer, ct);
            return await lab.RunAsync(input, observer, ct);
        });

        var conflict = await Assert.ThrowsAsync<RefreshConflictException>(() => slow.RefreshAsync(mine, Nobody, Cancellation));

        var between = await lab.CurrentAsync();
        Assert.Equal(between, conflict.Current.Version);
        Assert.Contains("Nothing was changed or lost", conflict.Message, StringComparison.Ordinal);
        var repeated = await lab.Refreshes.RefreshAsync(mine, Nobody, Cancellation);
        Assert.Equal(between, repeated.Record.Base);
        Assert.Equal(["mine", "theirs"], await CaptionsAsync(lab, "0.png", "1.png"));
    }

    [Fact]
    public async Task After_a_rollback_the_same_refresh_is_published_again()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var table = Table(lab, "new.csv", "0.png,new");
        var once = await lab.Refreshes.RefreshAsync(table, Nobody, Cancellation);
        await lab.Catalog.RollBackAsync("shapes", cancellationToken: Cancellation);
        Assert.Equal(lab.First, await lab.CurrentAsync());

        var observer = new RecordingObserver();
        var again = await lab.Refreshes.RefreshAsync(table, observer, Cancellation);

        Assert.Equal(once.Current, again.Current);
        Assert.Equal(once.Current, await lab.CurrentAsync());
        Assert.Equal(once.Revision + 2, again.Revision);
        Assert.Equal(["refresh-captions"], observer.Events.OfType<StageCached>().Select(cached => cached.Stage.Name));
    }

    [Fact]
    public async Task A_version_that_was_collected_is_made_again()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var table = Table(lab, "new.csv", "0.png,new");
        var once = await lab.Refreshes.RefreshAsync(table, Nobody, Cancellation);
        await lab.Catalog.RollBackAsync("shapes", cancellationToken: Cancellation);
        await foreach (var blob in lab.Store.ListAsync(DatasetPaths.Version("shapes", once.Current) + "/", Cancellation))
            await lab.Store.DeleteAsync(blob.Path, Cancellation);

        Assert.Equal(once.Current, (await lab.Refreshes.RefreshAsync(table, Nobody, Cancellation)).Current);
        Assert.Equal(["new"], await CaptionsAsync(lab, "0.png"));
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var before = await lab.Store.ListAsync("", Cancellation).ToListAsync(Cancellation);

        var outcome = await lab.Refreshes.RefreshAsync(
            Table(lab, "new.csv", "0.png,new\n77.png,x") with { IsDryRun = true }, Nobody, Cancellation);

        Assert.Equal((1, 1, lab.First), (outcome.Record.Rows.Changed, outcome.Record.Rows.Rejected, outcome.Current));
        Assert.Equal(before, await lab.Store.ListAsync("", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_is_reported_in_its_own_words()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var fault = await Assert.ThrowsAsync<SourceException>(
            () => lab.Refreshes.RefreshAsync(
                new RefreshRequest("shapes", RefreshMode.Patch, lab.Folder.Write("x.csv", "id,capton\n0.png,a\n")), Nobody, Cancellation));
        Assert.Contains("capton", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Stage", fault.Message, StringComparison.Ordinal);
        Assert.Equal(lab.First, await lab.CurrentAsync());
    }

    [Fact]
    public async Task Experiments_that_use_the_dataset_are_listed_with_what_they_used()
    {
        await using var lab = await RefreshingLab.OpenAsync(azurite);
        var runs = new RunStore(lab.Store);
        var at = DateTimeOffset.UtcNow;
        await runs.CreateAsync(Run("mine-20260101-000000-0000", "shapes", at, """{"dataset":{"name":"shapes","version":"0000000000aa"}}"""), Cancellation);
        await runs.CreateAsync(
            Run("mine-20260102-000000-0000", "shapes", at.AddDays(1), """{"dataset":{"name":"shapes","version":"0000000000bb"}}"""), Cancellation);
        await runs.CreateAsync(Run("other-20260101-000000-0000", "emoji", at, null), Cancellation);
        await runs.CreateAsync(
            Run("third-20260101-000000-0000", "emoji", at,
                """{"dataset":{"name":"emoji"},"trials":[{"evaluated":[{"dataset":{"name":"shapes","version":"0000000000cc"}}]}]}"""), Cancellation);
        await runs.CreateAsync(Run("young-20260101-000000-0000", "shapes", at, null), Cancellation);

        var outcome = await lab.Refreshes.RefreshAsync(Table(lab, "new.csv", "0.png,new"), Nobody, Cancellation);

        Assert.Equal(
            [
                new DependentExperiment("mine", "mine-20260102-000000-0000", "0000000000bb", "contrastive run mine.yaml --dataset shapes"),
                new DependentExperiment("young", "young-20260101-000000-0000", null, "contrastive run young.yaml --dataset shapes"),
            ],
            outcome.Dependents);
        var uses = await new DatasetUses(lab.Store, new(null)).VersionsAsync("shapes", Cancellation);
        // One trained on something else and measured with this.
        Assert.Equal(["0000000000aa", "0000000000bb", "0000000000cc"], uses.Order());
    }

    [Fact]
    public async Task A_replay_of_the_workflow_asks_for_the_same()
    {
        var record = new RefreshRecord(
            "r", "shapes", "a", "b", RefreshMode.Patch, "f.csv", 1, "", new(1, 0, 1, 0, 0, 0), new(1, 1, 0, 0), new(1, 1, 1),
            new Dictionary<string, long>(), new([], []), null);
        var input = new CaptionRefreshInput(new RefreshCaptionsInput("shapes", "a", RefreshMode.Patch, new("t", 1, ""), "f.csv"), 7);
        object Answer(string stage, System.Text.Json.JsonElement _) =>
            stage == "refresh-captions" ? new RefreshedCaptions(record, null) : new PublishedVersion(8);

        var context = new ReplayContext(Answer, null);
        var output = await CaptionRefreshWorkflow.Main.RunAsync(context, WorkflowJson.ToElement(input));
        await CaptionRefreshWorkflow.Main.RunAsync(new ReplayContext(Answer, context.Calls), WorkflowJson.ToElement(input));

        Assert.Equal(8, WorkflowJson.FromElement<CaptionRefreshOutput>(output).Revision);
        var publish = new PublishVersionInput("shapes", "b", "r", 7);
        Assert.Equal($"publish-version {CanonicalJson.Of(publish)}",
            context.Calls.Single(call => call.StartsWith("publish-version ", StringComparison.Ordinal)));
    }

    private static RefreshRequest Table(RefreshingLab lab, string name, string rows) =>
        new("shapes", RefreshMode.Patch, lab.Folder.Write(name, $"id,caption\n{rows}\n"));

    private static RunRecord Run(string id, string dataset, DateTimeOffset at, string? output) => new(
        id, id.Split('-')[0], "", "", output is null ? RunState.Failed : RunState.Completed, at, null, 1, "", "",
        System.Text.Json.JsonDocument.Parse($$"""{ "experiment": { "dataset": { "name": "{{dataset}}" } } }""").RootElement,
        output is null ? null : System.Text.Json.JsonDocument.Parse(output).RootElement, null, [], null);

    private static async Task<IEnumerable<string>> CaptionsAsync(RefreshingLab lab, params string[] media)
    {
        var manifest = await lab.Catalog.FindAsync("shapes", Cancellation);
        return await new DatasetReader(lab.Store).ReadCaptionsAsync(manifest, Cancellation)
            .Where(row => media.Contains(row.MediaId)).Select(row => row.Caption).ToListAsync(Cancellation);
    }
}
