using System.Diagnostics;

namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>Names of image files: taken as they stand where there is such a file, tidied up where there is none.</summary>
public sealed class FileNamesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(" leading.png")]
    [InlineData("trailing.png ")]
    [InlineData("100%.png")]
    [InlineData("a%20b.png")]
    [InlineData("#1.png")]
    [InlineData("name.png#1")]
    [InlineData("q?a=1&b=2.png")]
    [InlineData("c:colon.png")]
    [InlineData("back\\slash.png")]
    [InlineData("-dash.png")]
    [InlineData("~.png")]
    [InlineData("dots...png")]
    [InlineData("ends.")]
    [InlineData("cafe\u0301.png")]
    [InlineData("caf\u00E9.png")]
    [InlineData("日本/絵 🦊.png")]
    [InlineData("it's \"quoted\", twice.png")]
    public async Task A_file_with_that_name_is_that_file(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows few of these names.");
        var path = _folder.Write(name, PngMaker.Solid(8, 8, 1, 2, 3));
        var pair = await ReadAsync(name);
        Assert.Equal((name, path), (pair.MediaId, pair.ImagePath));
    }

    [Theory]
    [InlineData(" a.png ", "a.png")]
    [InlineData("sub\\b.png", "sub/b.png")]
    [InlineData("./sub//./b.png", "sub/b.png")]
    [InlineData("x/../sub/b.png", "sub/b.png")]
    [InlineData("a.png#3", "a.png")]
    [InlineData(" sub\\b.png#0 ", "sub/b.png")]
    [InlineData("absent.png ", "absent.png")]
    public async Task A_name_that_no_file_has_is_tidied_up(string name, string id)
    {
        _folder.Write("a.png", PngMaker.Solid(8, 8, 1, 2, 3));
        _folder.Write("sub/b.png", PngMaker.Solid(8, 8, 1, 2, 3));
        Assert.Equal(id, (await ReadAsync(name)).MediaId);
    }

    [Fact]
    public async Task An_absolute_path_into_the_image_folder_is_a_path_below_it_and_another_says_what_to_do()
    {
        Assert.Equal("sub/a.png", (await ReadAsync(Path.Combine(_folder.Path, "sub", "a.png"))).MediaId);
        var row = await RowAsync("/nowhere/a.png");
        Assert.Equal("path-outside-root", row.Fault!.Reason);
        Assert.Contains(_folder.Path, row.Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_file_is_set_aside_and_stops_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes and devices as on Linux.");
        _folder.Write("good.png", PngMaker.Solid(8, 8, 1, 2, 3));
        _folder.Write("folder/inside.txt", "");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "loop"), Path.Combine(_folder.Path, "loop"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "dangling"), Path.Combine(_folder.Path, "nothing"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "endless"), "/dev/zero");
        using (var pipe = Process.Start("mkfifo", [Path.Combine(_folder.Path, "pipe")]))
        {
            await pipe.WaitForExitAsync(Ct);
        }

        string[] names = ["good.png", "folder", "loop", "dangling", "endless", "pipe", "absent.png", new string('n', 300),
            "good.png/x.png"];
        var table = _folder.Write("t.csv", "image,caption\n" + string.Concat(names.Select((name, i) => $"{name},caption {i}\n")));
        var source = new PairsSourceSpec(table);

        Assert.Equal(await source.SnapshotAsync(Ct), await source.SnapshotAsync(Ct));
        var manifest = await new DatasetPreparer(await azurite.OpenStoreAsync())
            .PrepareAsync(new DatasetSpec("names", source, 8), null, Ct);
        Assert.Equal(1, manifest.Accounting.Kept);
        Assert.Equal(
            new Dictionary<string, long> { ["missing-file"] = 3, ["unreadable-file"] = 5 },
            manifest.Accounting.Reasons.ToDictionary());
    }

    private async Task<SourcePair> ReadAsync(string name) => (await RowAsync(name)).Pair!;

    private async Task<PairRow> RowAsync(string name)
    {
        var table = _folder.Write("t.csv", $"image,caption\n\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",a\n");
        return Assert.Single(await new PairsSourceSpec(table).ReadAsync(Ct).ToListAsync(Ct));
    }
}
