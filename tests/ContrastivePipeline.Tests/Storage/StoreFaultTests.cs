using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ContrastivePipeline.Tests.Storage;

public sealed class StoreFaultTests(AzuriteFixture azurite) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("contrastive-faults-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Writes_go_on_through_the_death_of_azurite_and_none_that_was_confirmed_is_lost()
    {
        await azurite.RequirePackagesAsync();
        await using var local = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = _folder.FullName }, Ct);
        var store = await ArtifactStore.OpenAsync(local.Address, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var killing = KillAgainAndAgainAsync(local, times: 3, stop);

        var written = new List<(Artifact Artifact, byte[] Content)>();
        for (var i = 0; !killing.IsCompleted; i++)
        {
            var content = RandomNumberGenerator.GetBytes(i % 10 == 0 ? (5 << 20) + i : 1000);
            written.Add((await store.WriteAsync($"blobs/{i:00000}", content, Ct), content));
            Assert.True(await store.TryCreateAsync($"created/{i:00000}", content.AsMemory(0, 100), Ct));
        }

        await killing;
        foreach (var (artifact, content) in written)
        {
            Assert.Equal(content, await store.ReadAsync(artifact, Ct));
        }
        Assert.Equal(written.Count, await store.ListAsync("created/", Ct).CountAsync(Ct));
    }

    [Fact]
    public async Task A_lease_outlives_a_restart_of_the_store()
    {
        await azurite.RequirePackagesAsync();
        await using var local = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = _folder.FullName }, Ct);
        var store = await ArtifactStore.OpenAsync(local.Address, Ct);
        await using var lease = await store.TryAcquireLeaseAsync("lock", Ct);
        Kill(local.ProcessId);
        Assert.Null(await store.TryAcquireLeaseAsync("lock", Ct));
        Assert.False(lease!.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_store_that_stays_away_is_named_after_the_deadline_without_secrets()
    {
        var port = UnusedPort();
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var address = StoreAddress.Parse(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/a;");

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => ArtifactStore.OpenAsync(address, new ArtifactStoreOptions { RetryFor = TimeSpan.FromSeconds(1) }, Ct));

        Assert.Contains($"http://127.0.0.1:{port}/a/contrastive", error.Message, StringComparison.Ordinal);
        Assert.Contains("resumes", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_accepts_and_never_answers_is_given_up_too()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = StoreAddress.Parse(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint=http://{silent.LocalEndpoint}/a;");
        var options = new ArtifactStoreOptions { RetryFor = TimeSpan.FromSeconds(1), AttemptTimeout = TimeSpan.FromSeconds(0.5) };

        await Assert.ThrowsAsync<StoreUnavailableException>(() => ArtifactStore.OpenAsync(address, options, Ct));
    }

    [Fact]
    public async Task The_doctor_finds_a_good_store_good_and_names_what_is_wrong_with_another()
    {
        var good = await StoreDoctor.CheckAsync(await azurite.NewAddressAsync(), Ct);
        Assert.Null(good.Problem);
        Assert.True(good.Write > TimeSpan.Zero && good.Read > TimeSpan.Zero);

        var url = (await azurite.NewAddressAsync()).ToString();
        var account = url[..url.LastIndexOf('/')];
        var bad = await StoreDoctor.CheckAsync(
            StoreAddress.Parse($"DefaultEndpointsProtocol=http;AccountName=contrastive;AccountKey=AAAA;BlobEndpoint={account};"), Ct);
        Assert.Contains("refuses access", bad.Problem, StringComparison.Ordinal);
        Assert.Null(bad.Write);
    }

    [Fact]
    public async Task A_store_without_room_says_so_at_once()
    {
        using var full = new HttpListener();
        var port = UnusedPort();
        full.Prefixes.Add($"http://127.0.0.1:{port}/");
        full.Start();
        _ = AnswerInsufficientStorageAsync(full);
        var address = StoreAddress.Parse(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:{port}/a;");

        var error = await Assert.ThrowsAsync<StoreFullException>(() => ArtifactStore.OpenAsync(address, Ct));

        Assert.Contains("no space is left", error.Message, StringComparison.Ordinal);
        Assert.Contains("resumes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_fault()
    {
        var address = StoreAddress.Parse(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:{UnusedPort()}/a;");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        stop.CancelAfter(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ArtifactStore.OpenAsync(address, stop.Token));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_at_once_and_not_shown()
    {
        var good = await azurite.NewAddressAsync();
        await ArtifactStore.OpenAsync(good, Ct);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var account = good.ToString()[..good.ToString().LastIndexOf('/')];
        var wrong = StoreAddress.Parse(
            $"DefaultEndpointsProtocol=http;AccountName=contrastive;AccountKey={key};BlobEndpoint={account};", good.Container);

        var error = await Assert.ThrowsAsync<StoreAccessDeniedException>(() => ArtifactStore.OpenAsync(wrong, Ct));

        Assert.Contains("Check the account key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_was_changed_behind_our_back_is_found_damaged()
    {
        var address = await azurite.NewAddressAsync();
        var store = await ArtifactStore.OpenAsync(address, Ct);
        var artifact = await store.WriteAsync("blob", "0123456789"u8.ToArray(), Ct);
        var blob = address.CreateClient(new BlobClientOptions()).GetBlobClient("blob");
        var file = Path.Combine(_folder.FullName, "target");
        await File.WriteAllTextAsync(file, "before", Ct);

        await blob.UploadAsync(
            BinaryData.FromString("0123456780"),
            new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["sha256"] = artifact.Sha256 } }, Ct);
        var error = await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.ReadAsync(artifact, Ct));
        Assert.Equal("blob", error.Path);
        Assert.Contains(artifact.Sha256, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.TryReadAsync("blob", Ct));
        await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.DownloadAsync(artifact, file, Ct));
        Assert.Equal("before", await File.ReadAllTextAsync(file, Ct));
        Assert.Single(_folder.GetFiles());

        await blob.UploadAsync(BinaryData.FromString("012345678"), overwrite: true, Ct);
        error = await Assert.ThrowsAsync<ArtifactCorruptException>(() => store.ReadAsync(artifact, Ct));
        Assert.Equal(("10 bytes", "9 bytes"), (error.Expected, error.Found));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_the_files_fault()
    {
        var store = await azurite.OpenStoreAsync();
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.WriteFileAsync("blob", Path.Combine(_folder.FullName, "absent"), Ct));
        Assert.Null(await store.TryReadAsync("blob", Ct));
    }

    private static async Task AnswerInsufficientStorageAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = 507;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task KillAgainAndAgainAsync(LocalAzurite local, int times, CancellationTokenSource stop)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1.2), stop.Token);
            var before = local.ProcessId;
            Kill(before);
            while (local.ProcessId == before)
            {
                await Task.Delay(50, stop.Token);
            }
        }

        await Task.Delay(500, stop.Token);
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
