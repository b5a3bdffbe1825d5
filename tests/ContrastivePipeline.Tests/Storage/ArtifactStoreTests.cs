using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Storage;

public sealed class ArtifactStoreTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4 << 20)]
    [InlineData((9 << 20) + 5)]
    public async Task What_is_written_is_read_back(int length)
    {
        var store = await azurite.OpenStoreAsync();
        var content = RandomNumberGenerator.GetBytes(length);

        var artifact = await store.WriteAsync("runs/a/blob.bin", content, Ct);

        Assert.Equal(new Artifact("runs/a/blob.bin", length, Convert.ToHexStringLower(SHA256.HashData(content))), artifact);
        Assert.Equal(content, await store.ReadAsync(artifact, Ct));
        Assert.Equal(content, (await store.TryReadAsync("runs/a/blob.bin", Ct))!.Content);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(5 << 20)]
    public async Task Twenty_that_write_one_file_to_one_path_at_once_all_succeed(int length)
    {
        var store = await azurite.OpenStoreAsync();
        using var folder = new TemporaryFolder();
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var file = Path.Combine(folder.Path, "table");
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);

        var written = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => store.WriteFileAsync("tables/one", file, TestContext.Current.CancellationToken)));

        Assert.Single(written.Distinct());
        Assert.Equal(content, await store.ReadAsync(written[0], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_write_replaces_the_first()
    {
        var store = await azurite.OpenStoreAsync();
        var first = await store.WriteAsync("blob", "first"u8.ToArray(), Ct);
        var second = await store.WriteAsync("blob", "second"u8.ToArray(), Ct);

        Assert.Equal("second"u8.ToArray(), await store.ReadAsync(second, Ct));
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.ReadAsync(first, Ct));
    }

    [Fact]
    public async Task A_file_goes_in_and_comes_out()
    {
        var store = await azurite.OpenStoreAsync();
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var content = RandomNumberGenerator.GetBytes((10 << 20) + 3);
            var source = Path.Combine(folder.FullName, "source");
            await File.WriteAllBytesAsync(source, content, Ct);

            var artifact = await store.WriteFileAsync("big", source, Ct);
            var target = Path.Combine(folder.FullName, "new", "target");
            await store.DownloadAsync(artifact, target, Ct);

            Assert.Equal(content.Length, artifact.Length);
            Assert.Equal(content, await File.ReadAllBytesAsync(target, Ct));
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(target)!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Of_twenty_that_create_the_same_blob_one_succeeds()
    {
        var store = await azurite.OpenStoreAsync();
        var content = "the same content from everybody"u8.ToArray();

        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.TryCreateAsync("manifest.json", content, Ct)));

        Assert.Single(created, true);
    }

    [Fact]
    public async Task Create_leaves_a_blob_that_is_there_untouched()
    {
        var store = await azurite.OpenStoreAsync();
        Assert.True(await store.TryCreateAsync("blob", "first"u8.ToArray(), Ct));
        Assert.False(await store.TryCreateAsync("blob", "second"u8.ToArray(), Ct));
        Assert.Equal("first"u8.ToArray(), (await store.TryReadAsync("blob", Ct))!.Content);
    }

    [Fact]
    public async Task Replace_needs_the_etag_that_was_read()
    {
        var store = await azurite.OpenStoreAsync();
        await store.WriteAsync("blob", "0"u8.ToArray(), Ct);
        var read = (await store.TryReadAsync("blob", Ct))!;

        var replaced = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => store.TryReplaceAsync("blob", new[] { (byte)i }, read.ETag, Ct)));

        Assert.Single(replaced, true);
        await store.DeleteAsync("blob", Ct);
        Assert.False(await store.TryReplaceAsync("blob", "1"u8.ToArray(), read.ETag, Ct));
    }

    [Fact]
    public async Task List_gives_the_artifacts_below_a_prefix_in_order()
    {
        var store = await azurite.OpenStoreAsync();
        var b = await store.WriteAsync("x/b", "b"u8.ToArray(), Ct);
        var a = await store.WriteAsync("x/a/a", "a"u8.ToArray(), Ct);
        await store.WriteAsync("xx", "c"u8.ToArray(), Ct);

        Assert.Equal([a, b], await store.ListAsync("x/", Ct).ToListAsync(Ct));
        Assert.Equal(3, await store.ListAsync("", Ct).CountAsync(Ct));
    }

    [Fact]
    public async Task A_deleted_blob_is_absent_and_deleting_it_again_is_fine()
    {
        var store = await azurite.OpenStoreAsync();
        var artifact = await store.WriteAsync("blob", "x"u8.ToArray(), Ct);
        await store.DeleteAsync("blob", Ct);
        await store.DeleteAsync("blob", Ct);

        Assert.Null(await store.TryReadAsync("blob", Ct));
        var error = await Assert.ThrowsAsync<ArtifactMissingException>(() => store.ReadAsync(artifact, Ct));
        Assert.Contains("'blob'", error.Message, StringComparison.Ordinal);
    }
}
