using System.Text;

namespace ContrastivePipeline.Tests.Workflow.Results;

[Collection<ShapesRuns>]
public sealed class RunCostsTests(ShapesRuns runs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_stored_is_what_lies_in_the_store_and_every_stage_is_metered()
    {
        await runs.RequireAsync();
        var costs = await RunCosts.ReadAsync(runs.Store, runs.First, Cancellation);

        Assert.Equal(
            [("prepare-dataset", 1), ("tokenizer", 1), ("train", 6), ("embed", 2), ("evaluate", 2), ("report", 1)],
            costs.Stages.Select(cost => (cost.Stage, cost.Stages)));
        Assert.Equal(13, costs.Total.Metered);
        foreach (var stage in runs.First.Stages.Where(stage => stage.Name != "prepare-dataset").GroupBy(stage => stage.Name))
        {
            // All that lies in their folders but the manifests, which are written after the meters are read.
            string[] folders =
                [.. stage.Select(s => s.Manifest[..^"manifest.json".Length])
                    .SelectMany(folder => new[] { folder, folder.Replace("stages/", "expiring/") })];
            var blobs = folders.ToAsyncEnumerable().SelectMany(folder => runs.Store.ListAsync(folder, Cancellation));
            var stored = await blobs.Where(blob => !blob.Path.EndsWith("/manifest.json", StringComparison.Ordinal))
                .Select(blob => blob.Length).SumAsync(Cancellation);
            Assert.Equal(stored, costs.Stages.Single(cost => cost.Stage == stage.Key).Store.BytesStored);
        }
        Assert.All(costs.Stages, cost => Assert.True(
            cost.CpuSeconds >= 0 && cost.Seconds > 0 && cost.GpuSeconds == 0 && cost.Store.Writes > 0
            && cost.Store.BytesSent >= cost.Store.BytesStored, $"{cost}"));
        Assert.True(costs.Total.CpuSeconds > 0);
        Assert.Equal(costs.Stages.Sum(cost => cost.Store.Requests), costs.Total.Store.Requests);
    }

    [Fact]
    public async Task What_earlier_runs_did_counts_as_reused()
    {
        await runs.RequireAsync();
        Assert.Equal(0, (await RunCosts.ReadAsync(runs.Store, runs.First, Cancellation)).Reused);
        var second = await RunCosts.ReadAsync(runs.Store, runs.Second, Cancellation);
        Assert.Equal(2, second.Reused);
        Assert.Equal(1, second.Stages.Single(cost => cost.Stage == "prepare-dataset").Metered);
    }

    [Fact]
    public async Task The_report_has_the_same_figures_without_its_own()
    {
        await runs.RequireAsync();
        var costs = await RunCosts.ReadAsync(runs.Store, runs.Second, Cancellation);
        var report = await new RunProducts(runs.Store, runs.Second).ReadReportAsync(Cancellation);

        Assert.Equal(
            CostsFile.Csv(costs.Stages.Where(cost => cost.Stage != "report")),
            Encoding.UTF8.GetString(await runs.Store.ReadAsync(report.Costs!, Cancellation)));
        var html = Encoding.UTF8.GetString(await runs.Store.ReadAsync(report.Html, Cancellation));
        Assert.Contains("<section id=\"costs\">", html);
        Assert.Matches($"<th scope=\"row\">train</th>\\s*<td>{costs.Stages.Single(cost => cost.Stage == "train").Stages}</td>", html);
    }

    [Fact]
    public async Task The_report_has_the_time_of_every_stage_before_it_as_costs_have_it()
    {
        await runs.RequireAsync();
        var report = await new RunProducts(runs.Store, runs.Second).ReadReportAsync(Cancellation);
        var html = Encoding.UTF8.GetString(await runs.Store.ReadAsync(report.Html, Cancellation));
        var times = html[html.IndexOf("Time by stage", StringComparison.Ordinal)..];
        string[] trials = ["clip-seed-1", "clip-seed-2", "cyclip-ls-seed-1", "cyclip-ls-seed-2"];
        foreach (var trial in trials.Select(name => name.Replace("cyclip-ls", "cyclip+ls", StringComparison.Ordinal)))
        {
            Assert.Contains($">train {trial}</th>", times, StringComparison.Ordinal);
            Assert.Contains($">embed {trial}-shapes</th>", times, StringComparison.Ordinal);
            Assert.Contains($">evaluate {trial}-shapes</th>", times, StringComparison.Ordinal);
        }
        Assert.Contains(">prepare-dataset shapes</th>", times, StringComparison.Ordinal);
        // One definition everywhere: what the record has of a stage is what its manifest has, and so what costs add up.
        foreach (var stage in runs.First.Stages.Where(stage => !stage.Cached))
        {
            var manifest = (await StageManifest.TryReadAsync(runs.Store, stage.Manifest, Cancellation))!;
            Assert.InRange(stage.Seconds, manifest.Usage!.Seconds, manifest.Usage.Seconds + 5);
        }
    }

    [Fact]
    public async Task Manifests_of_older_programs_count_as_unmetered()
    {
        await runs.RequireAsync();
        var stage = runs.First.Stages.First(s => s.Name == "evaluate");
        var manifest = WorkflowJson.FromBytes<StageManifest>((await runs.Store.TryReadAsync(stage.Manifest, Cancellation))!.Content);
        var old = stage with { Manifest = "stages/evaluate/old/manifest.json" };
        var bytes = Encoding.UTF8.GetString(WorkflowJson.ToBytes(manifest with { Usage = null }));
        await runs.Store.WriteAsync(old.Manifest, Encoding.UTF8.GetBytes(bytes), Cancellation);
        RunRecord run = runs.First with { Stages = [stage, old] };

        var cost = Assert.Single((await RunCosts.ReadAsync(runs.Store, run, Cancellation)).Stages);
        Assert.Equal((2, 1), (cost.Stages, cost.Metered));
    }
}
