using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Storage;

public sealed class PartialReadTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(17, 300_000)]
    [InlineData(299_999, 1)]
    [InlineData(300_017, 0)]
    [InlineData(0, 300_017)]
    public async Task A_range_is_those_bytes(int offset, int length)
    {
        var store = await azurite.OpenStoreAsync();
        var content = RandomNumberGenerator.GetBytes(300_017);
        var artifact = await store.WriteAsync("a", content, Ct);
        await using var stream = await store.OpenReadAsync(artifact, offset, length, Ct);
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, Ct);
        Assert.Equal(content[offset..(offset + length)], memory.ToArray());
    }

    [Fact]
    public async Task What_cannot_be_read_says_so_before_the_first_byte_or_instead_of_the_end()
    {
        var store = await azurite.OpenStoreAsync();
        var empty = await store.WriteAsync("empty", default, Ct);
        await using (var stream = await store.OpenReadAsync(empty, cancellationToken: Ct))
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1], Ct));
        }

        var artifact = await store.WriteAsync("a", new byte[100], Ct);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.OpenReadAsync(artifact, 101, cancellationToken: Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.OpenReadAsync(artifact, 50, 51, Ct));
        await Assert.ThrowsAsync<ArtifactMissingException>(() => store.OpenReadAsync(artifact with { Path = "b" }, cancellationToken: Ct));
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.OpenReadAsync(artifact with { Length = 101 }, 0, 10, Ct));
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.OpenReadAsync(artifact with { Length = 201 }, 200, 1, Ct));

        await store.WriteAsync("a", (byte[])[.. new byte[99], 1], Ct);
        await using var changed = await store.OpenReadAsync(artifact, cancellationToken: Ct);
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => changed.CopyToAsync(Stream.Null, Ct));
    }

    [Fact]
    public async Task A_seekable_stream_reads_what_is_there()
    {
        var store = await azurite.OpenStoreAsync();
        var content = RandomNumberGenerator.GetBytes(400_000);
        await using var stream = store.OpenSeekable(await store.WriteAsync("a", content, Ct));
        var random = new Random(5);
        for (var i = 0; i < 30; i++)
        {
            var at = random.Next(content.Length);
            var piece = new byte[random.Next(Math.Min(100_000, content.Length - at + 1))];
            stream.Position = at;
            await stream.ReadExactlyAsync(piece, Ct);
            Assert.Equal(content[at..(at + piece.Length)], piece);
            Assert.Equal(at + piece.Length, stream.Position);
        }

        stream.Seek(0, SeekOrigin.End);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Ct));
    }

    [Fact]
    public async Task Folders_and_times_are_listed()
    {
        var store = await azurite.OpenStoreAsync();
        foreach (var path in new[] { "x/a/1", "x/a/2", "x/b/c/3", "x/4", "y/5" })
        {
            await store.WriteAsync(path, new byte[1], Ct);
        }
        Assert.Equal(["a", "b"], await store.ListFoldersAsync("x/", Ct).ToListAsync(Ct));
        Assert.Equal(["x", "y"], await store.ListFoldersAsync("", Ct).ToListAsync(Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ListFoldersAsync("x", Ct).ToListAsync(Ct));
        var entries = await store.ListEntriesAsync("x/", Ct).ToListAsync(Ct);
        Assert.Equal(["x/4", "x/a/1", "x/a/2", "x/b/c/3"], entries.Select(entry => entry.Artifact.Path));
        Assert.All(entries, entry =>
            Assert.InRange(entry.LastModified, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5)));
    }
}
