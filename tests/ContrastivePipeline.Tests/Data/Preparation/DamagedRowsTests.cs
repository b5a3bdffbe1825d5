using System.Text;

namespace ContrastivePipeline.Tests.Data.Preparation;

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

/// <summary>A thousand rows, ten each of many kinds of damage, mixed among good ones.</summary>
internal static class DamagedTable
{
    public const int Rows = 1_000;
    public const int Each = 10;

    /// <summary>Reason of every kind of damage; two kinds are duplicates.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "empty-caption", "empty-caption", "invalid-utf8", "invalid-utf8", "control-character", "long-caption", "missing-file",
        "unreadable-file", "path-outside-root", "path-outside-root", "wrong-column-count", "wrong-column-count", "bad-quotes",
        "duplicate", "duplicate", "truncated-picture", "too-many-pixels", "unknown-format", "empty-file", "image-is-url",
        "empty-image", "corrupt-picture", "broken-header",
    ];

    /// <summary>Writes table and images.</summary>
    /// <returns>Path of the table, and its rows by line number.</returns>
    public static (string Path, Dictionary<long, byte[]> Lines) Write(TemporaryFolder folder)
    {
        folder.Write("images/folder.png/inside.txt", "");
        var table = new MemoryStream();
        table.Write("image,caption,note\n"u8);
        var lines = new Dictionary<long, byte[]>();
        for (var i = 0; i < Rows; i++)
        {
            // Every fourth row is damaged until each kind has had its turns; a row repeats the good one just before it.
            var kind = i % 4 == 3 && i / 4 < Kinds.Count * Each ? i / 4 % Kinds.Count : -1;
            var line = Row(folder, i, kind);
            lines.Add(i + 2, line);
            table.Write(line);
            table.WriteByte((byte)'\n');
        }

        return (folder.Write("pairs.csv", table.ToArray()), lines);
    }

    private static byte[] Row(TemporaryFolder folder, int i, int kind)
    {
        var name = $"images/{i:D4}.png";
        var caption = $"image number {i}";
        var image = Image(i);
        string? raw = null;
        switch (kind)
        {
            case 0: caption = ""; break;
            case 1: caption = " \t "; break;
            case 2: return [.. Encoding.UTF8.GetBytes($"{name},caf"), 0xE9, .. Encoding.UTF8.GetBytes($",n{i}")];
            case 3: return [.. "images/"u8, 0xFF, .. Encoding.UTF8.GetBytes($".png,a,n{i}")];
            case 4: caption += "\u0001"; break;
            case 5: caption = new string('x', 1_001); break;
            case 6: return Encoding.UTF8.GetBytes($"{name},{caption},n{i}");
            case 7: name = "images/folder.png"; break;
            case 8: name = "../0.png"; break;
            case 9: name = "/etc/0.png"; break;
            case 10: raw = $"{name},n{i}"; break;
            case 11: raw = $"{name},{caption},n{i},more"; break;
            case 12: raw = $"{name},\"{caption},n{i}"; break;
            case 13: (name, caption) = ($"images/{i - 1:D4}.png", $"image  number {i - 1} "); break;
            case 14: (caption, image) = ($"image number {i - 1}", Image(i - 1)); break;
            case 15: image = image[..^25]; break;
            case 16: image = PngMaker.Lying(40_000, 40_000); break;
            case 17: image = Encoding.UTF8.GetBytes($"<html>{i}"); break;
            case 18: image = []; break;
            case 19: name = $"https://example.org/{i}.png"; break;
            case 20: name = ""; break;
            case 21: image[^20] ^= 0xFF; break;
            case 22: image = image[..20]; break;
        }

        if (kind is not (7 or 8 or 9 or 13 or 19 or 20))
        {
            folder.Write(name, image);
        }

        return Encoding.UTF8.GetBytes(raw ?? $"{name},{caption},n{i}");
    }

    private static byte[] Image(int i) => PngMaker.Solid(12, 9 + (i % 5), (byte)i, (byte)(i >> 8), 77);
}
