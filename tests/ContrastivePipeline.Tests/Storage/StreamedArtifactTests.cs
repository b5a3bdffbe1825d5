using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Storage;

public sealed class StreamedArtifactTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData((33 << 20) + 5)]
    public async Task What_is_written_from_a_stream_is_what_an_array_writes_and_is_read_as_a_stream(int length)
    {
        var store = await azurite.OpenStoreAsync();
        var content = RandomNumberGenerator.GetBytes(length);
        var artifact = await store.WriteStreamAsync("a", () => new MemoryStream(content), Ct);
        Assert.Equal(await store.WriteAsync("a", content, Ct), artifact);
        var read = await store.ReadAsync(artifact, async (stream, token) =>
        {
            Assert.Equal(length, stream.Length);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory, token);
            return memory.ToArray();
        }, Ct);
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_the_blob_as_it_was()
    {
        var store = await azurite.OpenStoreAsync();
        var before = await store.WriteAsync("a", "before"u8.ToArray(), Ct);
        await Assert.ThrowsAsync<InvalidDataException>(() => store.WriteStreamAsync("a", () => new BreakingStream(40 << 20, 20 << 20), Ct));
        Assert.Equal("before"u8.ToArray(), await store.ReadAsync(before, Ct));
    }

    [Fact]
    public async Task Damage_is_named_whether_its_reader_stumbled_over_it_or_not()
    {
        var address = await azurite.NewAddressAsync();
        var store = await ArtifactStore.OpenAsync(address, Ct);
        var artifact = await store.WriteAsync("a", new byte[100], Ct);
        await Assert.ThrowsAsync<InvalidDataException>(
            () => store.ReadAsync<int>(artifact, (_, _) => throw new InvalidDataException("of its own"), Ct));

        await Damage.WriteAsync(address, "a", [1, .. new byte[99]]);
        var fault = await Assert.ThrowsAsync<ArtifactCorruptException>(
            () => store.ReadAsync<int>(artifact, (_, _) => throw new InvalidDataException("for the damage"), Ct));
        Assert.Equal(artifact, fault.Artifact);
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.ReadAsync(artifact, (_, _) => Task.FromResult(1), Ct));
    }

    private sealed class BreakingStream(int length, int broken) : MemoryStream(new byte[broken])
    {
        public override long Length => length;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new InvalidDataException("broken");
    }
}
