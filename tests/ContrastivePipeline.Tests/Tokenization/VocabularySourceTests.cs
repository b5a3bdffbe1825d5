using System.Net;
using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Tokenization;

public sealed class VocabularySourceTests : IDisposable
{
    private static readonly byte[] Content = "#version: 0.2\na b\n"u8.ToArray();
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));
    private static readonly Uri Url = new("https://user:secret@vocabulary.example/merges.txt?token=secret");

    private readonly string _folder = Directory.CreateTempSubdirectory("vocabulary-").FullName;

    [Fact]
    public async Task A_url_is_fetched_once()
    {
        var server = new Server(Content);
        string first = await Resolve(new(null, Url, Hash), server);
        string second = await Resolve(new(null, Url, Hash.ToUpperInvariant()), server);
        Assert.Equal(first, second);
        Assert.Equal(Content, await File.ReadAllBytesAsync(second, TestContext.Current.CancellationToken));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_wrong_hash_is_reported_and_nothing_kept()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Resolve(new(null, Url, new string('0', 64)), new(Content)));
        Assert.Contains(Hash, error.Message);
        Assert.Contains("nothing was kept", error.Message);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_damaged_file_in_the_cache_is_fetched_again()
    {
        var server = new Server(Content);
        string path = await Resolve(new(null, Url, Hash), server);
        await File.WriteAllTextAsync(path, "damaged", TestContext.Current.CancellationToken);
        await Resolve(new(null, Url, Hash), server);
        Assert.Equal(Content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task A_missing_page_is_reported_without_secrets_and_nothing_kept()
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(
            () => Resolve(new(null, Url, Hash), new(Content, HttpStatusCode.NotFound)));
        Assert.Contains("https://vocabulary.example/merges.txt could not be fetched (status 404)", error.Message);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_path_is_checked_against_its_hash()
    {
        string path = Path.Combine(_folder, "merges.txt");
        await File.WriteAllBytesAsync(path, Content, TestContext.Current.CancellationToken);
        Assert.Equal(path, await Resolve(new(path, null, Hash), new([])));
        Assert.Equal(path, await Resolve(new(path, null, null), new([])));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Resolve(new(path, null, new string('a', 64)), new([])));
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public async Task A_missing_file_is_reported() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => Resolve(new(Path.Combine(_folder, "none"), null, null), new([])));

    [Fact]
    public async Task A_url_without_a_hash_or_with_half_a_hash_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Resolve(new(null, Url, null), new(Content)));
        await Assert.ThrowsAsync<ArgumentException>(() => Resolve(new(null, Url, "abc"), new(Content)));
        await Assert.ThrowsAsync<ArgumentException>(() => Resolve(new(null, null, Hash), new(Content)));
    }

    [Fact]
    public async Task CLIPs_file_has_the_hash_that_is_pinned()
    {
        string path = Shared.Require("data/tokenizer/bpe_simple_vocab_16e6.txt.gz");
        Assert.Equal(path, await Resolve(VocabularySource.Clip with { Path = path, Url = null }, new([])));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> Resolve(VocabularySource source, Server server)
    {
        using var http = new HttpClient(server, disposeHandler: false);
        return await source.ResolveAsync(_folder, http, TestContext.Current.CancellationToken);
    }

    private sealed class Server(byte[] content, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(content) });
        }
    }
}
