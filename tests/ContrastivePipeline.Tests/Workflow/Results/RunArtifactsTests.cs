namespace ContrastivePipeline.Tests.Workflow.Results;

[Collection<ShapesRuns>]
public sealed class RunArtifactsTests(ShapesRuns runs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_s_artifacts_are_those_that_its_stages_name_and_the_parts_of_its_dataset()
    {
        await runs.RequireAsync();
        var artifacts = await RunArtifacts.ReadAsync(runs.Store, runs.First, Cancellation);

        // Two variants, three segments each; one split; the dataset has no classes, triples or bad rows.
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["dataset-manifest"] = 1,
                ["dataset-media"] = 1,
                ["dataset-captions"] = 1,
                ["vocabulary"] = 1,
                ["checkpoint"] = 6,
                ["curve"] = 6,
                ["events"] = 6,
                ["media-embeddings"] = 2,
                ["caption-embeddings"] = 2,
                ["measurements"] = 2,
                ["ranks"] = 2,
                ["leave-one-out"] = 2,
                ["report"] = 1,
                ["results"] = 2,
                ["costs"] = 1,
            }.OrderBy(kind => kind.Key),
            artifacts.All.CountBy(artifact => artifact.Kind).OrderBy(kind => kind.Key));
        Assert.Equal(artifacts.All.Count, artifacts.All.Select(artifact => artifact.Name).Distinct().Count());
        Assert.Contains(artifacts.All, artifact => artifact is
        {
            Name: "embed/cyclip+ls-seed-1-shapes/test-media.parquet", Stage: "embed", Label: "cyclip+ls-seed-1-shapes", Kind: "media-embeddings",
            MediaType: "application/vnd.apache.parquet",
        });
        string[] trained = ["checkpoint.safetensors", "curve.parquet", "events.out.tfevents.clip-seed-1-steps-0-2"];
        Assert.Equal(
            trained.Select(file => $"train/clip-seed-1-steps-0-2/{file}"),
            artifacts.All.Where(artifact => artifact.Label == "clip-seed-1-steps-0-2").Select(artifact => artifact.Name));
        foreach (var artifact in artifacts.All)
            Assert.Equal(artifact.Length, (await runs.Store.ReadAsync(artifact.Blob(), Cancellation)).Length);
    }

    [Fact]
    public async Task Only_exact_paths_of_the_run_itself_are_found()
    {
        await runs.RequireAsync();
        var first = await RunArtifacts.ReadAsync(runs.Store, runs.First, Cancellation);
        var second = await RunArtifacts.ReadAsync(runs.Store, runs.Second, Cancellation);
        var mine = first.All.First(artifact => artifact.Kind == "checkpoint");

        Assert.Same(mine, first.Find(mine.Path));
        Assert.Null(second.Find(mine.Path));
        Assert.NotNull(second.Find(first.All.Single(artifact => artifact.Kind == "dataset-manifest").Path));
        foreach (var path in new[]
        {
            "", "/", mine.Path.ToUpperInvariant(), mine.Path + "/", "/" + mine.Path, mine.Path.Replace("/", "//"), "./" + mine.Path,
            $"runs/shapes/{runs.First.Id}/run.json", runs.First.Stages[0].Manifest, mine.Path[..^1],
        })
        {
            Assert.Null(first.Find(path));
        }
    }
}
