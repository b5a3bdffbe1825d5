namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>A refresh writes its parts where its user has space for them, not into the system's temporary folder.</summary>
public sealed class RefreshScratchTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_are_written_into_the_scratch_folder_that_the_user_named()
    {
        var store = await azurite.OpenStoreAsync();
        var (lab, basis) = await RefreshLab.OpenAsync(store, "a.png,red,train", "b.png,green,train");
        using var _ = lab;
        using var folder = new TemporaryFolder();
        var scratch = Path.Combine(folder.Path, "scratch");
        var seen = new List<string>();
        var spec = new RefreshSpec("d", basis.Version, RefreshMode.Patch, lab.Write("new.csv", "id,caption\na.png,new\n"));

        await new CaptionRefresher(store, scratch).ComputeAsync(spec, new Looking(() =>
        {
            if (Directory.Exists(scratch))
                seen.AddRange(Directory.EnumerateFiles(scratch, "*.parquet", SearchOption.AllDirectories));
        }), Ct);

        Assert.NotEmpty(seen);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
    }

    private sealed class Looking(Action look) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => look();
    }
}
