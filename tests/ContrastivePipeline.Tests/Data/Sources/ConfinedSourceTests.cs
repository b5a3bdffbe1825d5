namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>A source that is confined to a folder reads nothing outside of it, whichever way leads there.</summary>
public sealed class ConfinedSourceTests : IDisposable
{
    private readonly AzuriteFixture _azurite;
    private readonly TemporaryFolder _outside = new();
    private readonly string _data;

    public ConfinedSourceTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        _outside.Write("secret.png", PngMaker.Solid(9, 9, 200, 0, 0));
        _outside.Write("secrets/secret.png", PngMaker.Solid(9, 9, 200, 0, 0));
        _outside.Write("secret.csv", "image,caption\ngood.png,secret caption\n");
        _outside.Write("data/set/good.png", PngMaker.Solid(9, 9, 0, 200, 0));
        _outside.Write("data/elsewhere/other.png", PngMaker.Solid(9, 9, 0, 0, 200));
        _data = Path.Combine(_outside.Path, "data");
        Link("data/set/direct.png", Path.Combine(_outside.Path, "secret.png"));
        Link("data/set/relative.png", "../../secret.png");
        Link("data/set/folder", Path.Combine(_outside.Path, "secrets"));
        Link("data/set/up", "../..");
        Link("data/set/chain.png", "chained.png");
        Link("data/set/chained.png", Path.Combine(_outside.Path, "secret.png"));
        Link("data/set/out-and-in", "../../data/elsewhere");
        Link("data/set/alias.png", "good.png");
        Link("data/set/inside.png", "../elsewhere/other.png");
        Link("data/set/absent.png", Path.Combine(_outside.Path, "no-such-file.png"));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _outside.Dispose();

    [Fact]
    public async Task Only_images_that_really_lie_in_the_image_folder_are_read()
    {
        string[] refused =
        [
            "direct.png", "relative.png", "folder/secret.png", "up/secret.png", "chain.png", "up/secrets/../secret.png", "../../secret.png",
            Path.Combine(_outside.Path, "secret.png"), Path.Combine(_data, "set", "good.png"), "absent.png",
            "inside.png", "out-and-in/other.png",
        ];
        string[] read = ["good.png", "alias.png", "up/data/set/good.png"];
        var table = _outside.Write("data/set/t.csv", "image,caption\n" +
            string.Concat(refused.Concat(read).Select((name, i) => $"{name},caption {i}\n")));
        var free = new PairsSourceSpec(table);
        var confined = free with { ConfinedTo = _data };

        var books = (await PrepareAsync(confined)).Accounting;
        Assert.Equal(read.Length, books.Kept);
        Assert.Equal(new Dictionary<string, long> { ["path-outside-root"] = refused.Length }, books.Reasons.ToDictionary());
        Assert.NotEqual(await free.SnapshotAsync(Ct), await confined.SnapshotAsync(Ct));
        // What lies outside changes nothing, not even the snapshot.
        var before = await confined.SnapshotAsync(Ct);
        _outside.Write("secret.png", PngMaker.Solid(9, 9, 1, 2, 3));
        _outside.Write("no-such-file.png", PngMaker.Solid(9, 9, 1, 2, 3));
        Assert.Equal(before, await confined.SnapshotAsync(Ct));
    }

    [Theory]
    [InlineData("set/table.csv", "../../secret.csv")]
    [InlineData("set/table.csv", "../set/hop.csv")]
    [InlineData("set/linked", "../..")]
    public async Task A_table_behind_a_link_is_refused_without_a_word_of_the_folder(string link, string target)
    {
        Link("data/set/hop.csv", Path.Combine(_outside.Path, "secret.csv"));
        Link("data/" + link, target);
        var table = Path.Combine(_data, link.EndsWith(".csv", StringComparison.Ordinal) ? link : link + "/secret.csv");
        var source = new PairsSourceSpec(table, ImageRoot: Path.Combine(_data, "set"), ConfinedTo: _data);
        var error = await Assert.ThrowsAsync<SourceException>(() => source.SnapshotAsync(Ct));
        Assert.Contains("a link leads out of it", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_outside.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_root_behind_a_link_is_refused()
    {
        var table = _outside.Write("data/t.csv", "image,caption\nsecret.png,a\n");
        var source = new PairsSourceSpec(table, ImageRoot: Path.Combine(_data, "set", "folder"), ConfinedTo: _data);
        var error = await Assert.ThrowsAsync<SourceException>(() => source.SnapshotAsync(Ct));
        Assert.Contains("image folder is not in the data folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_itself_may_be_behind_a_link()
    {
        Link("alias", "data");
        var alias = Path.Combine(_outside.Path, "alias");
        _outside.Write("data/set/t.csv", "image,caption\ngood.png,a\n");
        var source = new PairsSourceSpec(Path.Combine(alias, "set", "t.csv"), ConfinedTo: alias);
        Assert.Equal(1, (await PrepareAsync(source)).Accounting.Kept);
    }

    private async Task<ContrastivePipeline.Data.DatasetManifest> PrepareAsync(PairsSourceSpec source) =>
        await new DatasetPreparer(await _azurite.OpenStoreAsync()).PrepareAsync(new DatasetSpec("d", source, 8), null, Ct);

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_outside.Path, name), target);
}
