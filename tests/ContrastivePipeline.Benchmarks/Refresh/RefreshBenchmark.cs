using System.Globalization;
using System.Text;

namespace ContrastivePipeline.Benchmarks.Refresh;

/// <summary>
/// New captions for 1 % of 100,000, five to a media item: lying together, spread over the whole dataset, and as a whole new table; then the
/// difference between two versions. Beside the time it tells how many parts were written and how much memory it took.
/// </summary>
internal sealed class RefreshBenchmark : IBenchmark
{
    private const int Media = 20_000;
    private const int CaptionsEach = 5;
    private const int Percent = Media / 100;

    /// <inheritdoc/>
    public string Name => "refresh";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        await using var azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = Path.Combine(folder, "store") });
        var store = await ArtifactStore.OpenAsync(azurite.Address);
        var basis = await PrepareAsync(store, folder);
        Console.WriteLine($"dataset: {Media:N0} media, {basis.Accounting.Kept:N0} captions, {basis.Captions.Count} caption parts, "
            + $"{basis.Media.Count} media parts");

        yield return await RefreshAsync(store, basis, folder, "1 % that lie together", RefreshMode.Patch, i => i < Percent);
        yield return await RefreshAsync(store, basis, folder, "1 % spread over all", RefreshMode.Patch, i => i % (Media / Percent) == 0);
        yield return await RefreshAsync(store, basis, folder, "the whole table, 1 % of it new", RefreshMode.Replace, _ => true);
        yield return await DiffAsync(store, basis);
    }

    private static async Task<CaseResult> RefreshAsync(
        ArtifactStore store, DatasetManifest basis, string folder, string name, RefreshMode mode, Func<int, bool> isNamed)
    {
        RefreshRecord? record = null;
        var (repetition, peak, more) = (0, 0L, 0L);
        var result = await new Duel(1, 5).RunAsync(name, 1, "ms", Basis.Milliseconds, async () =>
        {
            // A table of its own for each: what was refreshed before is not refreshed again.
            var text = $"new {repetition++}";
            var file = Path.Combine(folder, "new.csv");
            await File.WriteAllTextAsync(file, Table(isNamed, i => mode == RefreshMode.Patch || i < Percent ? text : null));
            using var watch = new MemoryWatch();
            record = await new CaptionRefresher(store).ComputeAsync(new RefreshSpec(basis.Name, basis.Version, mode, file));
            (peak, more) = (Math.Max(peak, watch.Peak), Math.Max(more, watch.Peak - watch.Start));
        });
        Console.WriteLine($"  {name}: {record!.Rows.Read:N0} rows, {record.Rows.Changed:N0} captions changed, {record.Parts.Written} of "
            + $"{record.Parts.Captions} " +
            $"caption parts written ({record.Parts.Bytes / 1e6:F1} MB); up to {peak / 1e6:F0} MB of memory, {more / 1e6:F0} MB more than before");
        return result;
    }

    private static async Task<CaseResult> DiffAsync(ArtifactStore store, DatasetManifest basis)
    {
        var catalog = new DatasetCatalog(store);
        var last = (await catalog.RefreshesAsync(basis.Name)).First(refresh => refresh.Record.Mode == RefreshMode.Replace);
        var result = await new DatasetReader(store).ReadManifestAsync(basis.Name, last.Record.Result);
        return await new Duel(1, 5).RunAsync(
            "difference of two versions", 1, "ms", Basis.Milliseconds, () => catalog.DiffAsync(basis, result, examples: 5));
    }

    private static async Task<DatasetManifest> PrepareAsync(ArtifactStore store, string folder)
    {
        var images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        for (var i = 0; i < Media; i++) await File.WriteAllBytesAsync(Path.Combine(images, Id(i)), SampleImages.Tiny(i));
        var table = Path.Combine(images, "pairs.csv");
        await File.WriteAllTextAsync(table, Table(_ => true, _ => null));
        return await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("benchmark", new PairsSourceSpec(table), 8));
    }

    private static string Table(Func<int, bool> isNamed, Func<int, string?> mark)
    {
        var table = new StringBuilder("image,caption\n");
        for (var i = 0; i < Media; i++)
        {
            if (!isNamed(i)) continue;
            for (var j = 0; j < CaptionsEach; j++)
            {
                table.Append(CultureInfo.InvariantCulture,
                    $"{Id(i)},a {mark(i) ?? "small"} image that shows number {i} in the way of painter {j}\n");
            }
        }

        return table.ToString();
    }

    private static string Id(int i) => $"{i:D5}.png";
}
