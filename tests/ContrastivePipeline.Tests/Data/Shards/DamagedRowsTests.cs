using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Tests.Storage;

namespace ContrastivePipeline.Tests.Data.Shards;

public sealed class DamagedRowsTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_rows_with_many_kinds_of_damage_are_all_accounted_for()
    {
        using var folder = new TemporaryFolder();
        var (path, lines) = DamagedTable.Write(folder);
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("damaged", new PairsSourceSpec(path), 8), null, Ct);

        var books = manifest.Accounting;
        var expected = DamagedTable.Kinds.Where(kind => kind != "duplicate").GroupBy(kind => kind)
            .ToDictionary(kind => kind.Key, kind => (long)kind.Count() * DamagedTable.Each);
        Assert.True(expected.Count >= 15);
        Assert.Equal(expected.OrderBy(entry => entry.Key), books.Reasons.OrderBy(entry => entry.Key));
        Assert.Equal(2 * DamagedTable.Each, books.Duplicates);
        Assert.Equal(DamagedTable.Rows, books.SourceRows);
        Assert.Equal(DamagedTable.Rows - (DamagedTable.Kinds.Count * DamagedTable.Each), books.Kept);
        Assert.Equal(books.SourceRows, books.Kept + books.Duplicates + books.Quarantined);

        var reader = new DatasetReader(store);
        var quarantine = await reader.ReadQuarantineAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal(books.Quarantined, quarantine.Count);
        Assert.All(quarantine, row => AssertCarriesItsRow(row, lines));
        Assert.Equal(books.Kept, await reader.ReadCaptionsAsync(manifest, Ct).CountAsync(Ct));
        Assert.Empty((await reader.VerifyAsync(manifest, null, Ct)).Problems);
    }

    private static void AssertCarriesItsRow(QuarantineRow row, Dictionary<long, byte[]> lines)
    {
        Assert.Equal("pairs.csv", row.File);
        Assert.NotEmpty(row.Detail);
        var content = row.Content.Replace("\\xE9", "é", StringComparison.Ordinal).Replace("\\xFF", "ÿ", StringComparison.Ordinal);
        Assert.Equal(System.Text.Encoding.Latin1.GetString(lines[row.Row]), content);
    }
}
