using System.Text;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>A small dataset 'd' in a store of its own, to be refreshed.</summary>
internal sealed class RefreshLab : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private RefreshLab(ArtifactStore store) => Store = store;

    public ArtifactStore Store { get; }

    public DatasetReader Reader => new(Store);

    public DatasetCatalog Catalog => new(Store);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Prepares a dataset from rows of image, caption and set.</summary>
    public static async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync(ArtifactStore store, params string[] rows)
    {
        var lab = new RefreshLab(store);
        foreach (var (i, image) in rows.Select(row => row.Split(',')[0]).Distinct().Index())
        {
            lab._folder.Write(image, PngMaker.Solid(8, 8, (byte)i, (byte)(i >> 8), 1));
        }

        var table = lab._folder.Write("pairs.csv", "image,caption,set\n" + string.Join('\n', rows) + "\n");
        var spec = new DatasetSpec("d", new PairsSourceSpec(table, SplitColumn: "set"), 8);
        return (lab, await new DatasetPreparer(store).PrepareAsync(spec, null, Ct));
    }

    public string Write(string name, string content) => _folder.Write(name, content);

    public string Write(string name, byte[] content) => _folder.Write(name, content);

    /// <summary>Refreshes a version, without making the result current.</summary>
    internal Task<RefreshRecord> RefreshAsync(
        DatasetManifest basis, RefreshMode mode, string content, string name = "new.csv", TableLimits? limits = null) =>
        RefreshAsync(basis, mode, Encoding.UTF8.GetBytes(content), name, limits);

    /// <inheritdoc cref="RefreshAsync(DatasetManifest, RefreshMode, string, string, TableLimits?)"/>
    internal Task<RefreshRecord> RefreshAsync(
        DatasetManifest basis, RefreshMode mode, byte[] content, string name = "new.csv", TableLimits? limits = null) =>
        new CaptionRefresher(Store).ComputeAsync(
            new RefreshSpec("d", basis.Version, mode, Write(name, content)) { Limits = limits ?? new() }, null, Ct);

    /// <summary>The result of a refresh, verified to the last row.</summary>
    public async Task<DatasetManifest> ResultAsync(RefreshRecord record)
    {
        var manifest = await Reader.ReadManifestAsync("d", record.Result, Ct);
        Assert.Empty((await Reader.VerifyAsync(manifest, null, Ct)).Problems);
        return manifest;
    }

    /// <summary>The captions of a version, as <c>media item/index=caption</c>.</summary>
    public async Task<string[]> CaptionsAsync(DatasetManifest manifest) =>
        await Reader.ReadCaptionsAsync(manifest, Ct).Select(row => $"{row.MediaId}/{row.CaptionIndex}={row.Caption}").ToArrayAsync(Ct);

    /// <summary>The rejected rows, as <c>row reason column</c>.</summary>
    public async Task<string[]> RejectedAsync(RefreshRecord record) =>
        await Catalog.ReadRejectedAsync(record, Ct).Select(row => $"{row.Row} {row.Reason} {row.Column}".TrimEnd()).ToArrayAsync(Ct);

    public void Dispose() => _folder.Dispose();
}
