using System.Security.Cryptography;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow.Results;

[Collection<ShapesRuns>]
public sealed class RunPullTests(ShapesRuns runs) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_is_fetched_and_listed_and_a_second_pull_keeps_what_is_right()
    {
        await runs.RequireAsync();
        var first = await PullAsync(_ => true);
        Assert.All(first.Files, file => Assert.False(file.Kept));
        var list = JsonDocument.Parse(await File.ReadAllBytesAsync(In("artifacts.json"), Cancellation)).RootElement;
        Assert.Equal(runs.First.Id, list.GetProperty("runId").GetString());
        var listed = list.GetProperty("artifacts").EnumerateArray().ToArray();
        Assert.Equal((await RunArtifacts.ReadAsync(runs.Store, runs.First, Cancellation)).All.Count, listed.Length);
        foreach (var artifact in listed)
        {
            var content = await File.ReadAllBytesAsync(In(artifact.GetProperty("file").GetString()!), Cancellation);
            Assert.Equal(artifact.GetProperty("length").GetInt64(), content.Length);
            Assert.Equal(artifact.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));
        }

        var page = In("report/report.html");
        var right = await File.ReadAllTextAsync(page, Cancellation);
        await File.WriteAllTextAsync(page, string.Concat(right.Reverse()), Cancellation);
        File.Delete(In("embed/clip-seed-1-shapes/test-media.parquet"));
        var second = await PullAsync(_ => true);
        Assert.Equal(
            ["embed/clip-seed-1-shapes/test-media.parquet", "report/report.html"],
            second.Files.Where(file => !file.Kept).Select(file => file.Artifact.Name).Order(StringComparer.Ordinal));
        Assert.Equal(right, await File.ReadAllTextAsync(page, Cancellation));
    }

    [Fact]
    public async Task The_numbers_are_the_same_in_every_format()
    {
        await runs.RequireAsync();
        await PullAsync(_ => false);

        var numbers = await new RunProducts(runs.Store, runs.First).ReadMeasurementsAsync(Cancellation);
        Assert.Equal(
            numbers, await ResultsParquet.ReadAsync(await File.ReadAllBytesAsync(In("results.parquet"), Cancellation), Cancellation));
        Assert.Equal(ResultsFiles.Csv(numbers), await File.ReadAllTextAsync(In("results.csv"), Cancellation));
        Assert.Equal(ResultsFiles.Json(numbers), await File.ReadAllTextAsync(In("results.json"), Cancellation));
        Assert.StartsWith("name: shapes\n", await File.ReadAllTextAsync(In("experiment.yaml"), Cancellation), StringComparison.Ordinal);
        Assert.Equal(await ResultsParquet.WriteAsync(numbers, Cancellation), await ResultsParquet.WriteAsync(numbers, Cancellation));
        Assert.Empty(await ResultsParquet.ReadAsync(await ResultsParquet.WriteAsync([], Cancellation), Cancellation));
    }

    [Fact]
    public async Task A_later_pull_of_less_still_lists_what_is_there()
    {
        await runs.RequireAsync();
        await PullAsync(artifact => artifact.Kind == "curve");
        await PullAsync(artifact => artifact.Kind == "measurements");

        var list = JsonDocument.Parse(await File.ReadAllBytesAsync(In("artifacts.json"), Cancellation)).RootElement.GetProperty(
            "artifacts");
        Assert.Equal(["curve", "measurements"],
            list.EnumerateArray().Select(artifact => artifact.GetProperty("kind").GetString()!).Distinct().Order());
    }

    [Fact]
    public async Task A_folder_of_another_run_is_left_alone()
    {
        await runs.RequireAsync();
        await PullAsync(_ => false);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(
            () => new RunPull(runs.Store, runs.Second).PullAsync(_folder.Path, _ => true, new Progress<StageProgress>(), Cancellation));
        Assert.Contains(runs.First.Id, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("embed")));
    }

    [Fact]
    public async Task A_damaged_artifact_is_reported_and_nothing_is_listed()
    {
        await runs.RequireAsync();
        var artifacts = await RunArtifacts.ReadAsync(runs.Store, runs.First, Cancellation);
        var events = artifacts.All.First(artifact => artifact.Kind == "events");
        var content = await runs.Store.ReadAsync(events.Blob(), Cancellation);
        await runs.Store.WriteAsync(events.Path, content.Reverse().ToArray(), Cancellation);
        try
        {
            var pulled = await PullAsync(artifact => artifact.Kind == "events");
            Assert.Contains(events.Path, Assert.Single(pulled.Faults), StringComparison.Ordinal);
            Assert.Equal(5, pulled.Files.Count);
            Assert.False(File.Exists(In("artifacts.json")));
            Assert.False(File.Exists(In(events.Name)));
            Assert.Equal(ExitCode.Failed, (await CallAsync("--to", _folder.Path, "--only", "events")).Code);
        }
        finally
        {
            await runs.Store.WriteAsync(events.Path, content, Cancellation);
        }
        Assert.Empty((await PullAsync(artifact => artifact.Kind == "events")).Faults);
    }

    [Fact]
    public async Task The_command_takes_patterns_and_refuses_what_matches_nothing()
    {
        await runs.RequireAsync();
        var said = await CallAsync("--to", _folder.Path, "--only", "embed/cyclip+ls*", "--only", "vocabulary");
        Assert.Equal(ExitCode.Done, said.Code);
        Assert.Contains("3 files (", said.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(In("embed/cyclip+ls-seed-1-shapes/test-captions.parquet")));
        Assert.False(Directory.Exists(In("train")));
        Assert.True(File.Exists(In("results.parquet")));

        var nothing = await CallAsync("--to", _folder.Path, "--only", "nothing");
        Assert.Equal(ExitCode.Usage, nothing.Code);
        Assert.Contains("no artifact 'nothing'; it has dataset-manifest", nothing.Error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder.Path, name);

    private Task<Said> CallAsync(params string[] args) => Contrastive.RunAsync(["pull", "shapes", .. args, "--local", runs.Local]);

    private Task<PulledRun> PullAsync(Func<RunArtifact, bool> wanted) =>
        new RunPull(runs.Store, runs.First).PullAsync(_folder.Path, wanted, new Progress<StageProgress>(), Cancellation);
}
