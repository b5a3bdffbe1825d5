using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ContrastivePipeline.Tests.Storage;

public sealed class LocalAzuriteTests(AzuriteFixture azurite) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("contrastive-local-");

    // Where the fault is there, these wait for ever.
    private const int HangTimeout = 120_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private LocalStoreOptions Options => new() { DataFolder = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = HangTimeout)]
    public async Task Those_that_start_at_once_share_one_and_the_last_to_leave_ends_it()
    {
        await azurite.RequirePackagesAsync();
        var users = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => LocalAzurite.JoinOrStartAsync(Options, TestContext.Current.CancellationToken)));
        var process = ProcessIdentity.Find(users[0].ProcessId)!;
        Assert.Single(users.Select(user => (user.Port, user.ProcessId)).Distinct());

        await users[0].DisposeAsync();
        await users[1].DisposeAsync();
        var store = await ArtifactStore.OpenAsync(users[2].Address, Ct);
        var artifact = await store.WriteAsync("blob", "x"u8.ToArray(), Ct);
        Assert.True(process.IsAliveHere);
        await users[2].DisposeAsync();
        await EndAsync(process);

        await using var later = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        store = await ArtifactStore.OpenAsync(later.Address, Ct);
        Assert.Equal("x"u8.ToArray(), await store.ReadAsync(artifact, Ct));
    }

    [Fact(Timeout = HangTimeout)]
    public async Task It_stays_for_the_next_as_long_as_the_last_user_asked()
    {
        await azurite.RequirePackagesAsync();
        var first = await LocalAzurite.JoinOrStartAsync(
            Options with { Linger = TimeSpan.FromMinutes(10) }, TestContext.Current.CancellationToken);
        var process = ProcessIdentity.Find(first.ProcessId)!;
        await first.DisposeAsync();

        var next = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        Assert.Equal(process.Id, next.ProcessId);
        await next.DisposeAsync();

        await EndAsync(process);
        Assert.False(File.Exists(HeartbeatFile));
    }

    [Fact(Timeout = HangTimeout)]
    public async Task A_user_that_is_killed_does_not_keep_it_alive()
    {
        await azurite.RequirePackagesAsync();
        var user = await LocalAzurite.JoinOrStartAsync(Options, TestContext.Current.CancellationToken);
        var state = State();
        using var killed = await JoinFromAnotherProcessAsync(state);
        await user.DisposeAsync();
        Assert.True(state.Process!.IsAliveHere);

        killed.Kill();

        await EndAsync(state.Process);
    }

    [Fact]
    public async Task Who_arrives_while_it_ends_has_a_store_that_works()
    {
        await azurite.RequirePackagesAsync();
        var written = new ConcurrentBag<Artifact>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async user =>
        {
            for (var visit = 0; visit < 4; visit++)
            {
                await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);
                var store = await ArtifactStore.OpenAsync(local.Address, Ct);
                written.Add(await store.WriteAsync($"{user}/{visit}", "x"u8.ToArray(), Ct));
            }
        }));

        await using var last = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var all = await ArtifactStore.OpenAsync(last.Address, Ct);
        foreach (var artifact in written)
        {
            Assert.Equal("x"u8.ToArray(), await all.ReadAsync(artifact, Ct));
        }
    }

    [Fact]
    public async Task One_whose_starter_was_killed_before_it_noted_the_process_is_joined()
    {
        await azurite.RequirePackagesAsync();
        await using var first = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var state = State();
        (state with { Process = null }).Write(_folder.FullName);

        await using var next = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.Equal(first.Port, next.Port);
        Assert.Equal(state.Id, State().Id);
        Assert.True(state.Process!.IsAliveHere);
    }

    [Fact(Timeout = HangTimeout)]
    public async Task One_that_the_endpoint_file_does_not_name_saves_nothing_and_ends_and_its_users_get_another()
    {
        await azurite.RequirePackagesAsync();
        await using var local = await LocalAzurite.JoinOrStartAsync(Options, TestContext.Current.CancellationToken);
        var store = await ArtifactStore.OpenAsync(local.Address, Ct);
        var before = await store.WriteAsync("before", "x"u8.ToArray(), Ct);
        var replaced = State();

        (replaced with { Id = "another", Process = ProcessIdentity.Current with { Started = "0" } }).Write(_folder.FullName);
        var after = await store.WriteAsync("after", "y"u8.ToArray(), Ct);

        await EndAsync(replaced.Process!);
        Assert.Equal("x"u8.ToArray(), await store.ReadAsync(before, Ct));
        Assert.Equal("y"u8.ToArray(), await store.ReadAsync(after, Ct));
        Assert.DoesNotContain(State().Id, new[] { replaced.Id, "another" });
    }

    [Fact(Timeout = HangTimeout)]
    public async Task It_ends_when_its_folder_is_deleted()
    {
        await azurite.RequirePackagesAsync();
        var data = _folder.CreateSubdirectory("store");
        var local = await LocalAzurite.JoinOrStartAsync(
            Options with { DataFolder = data.FullName, Linger = TimeSpan.FromMinutes(10) }, TestContext.Current.CancellationToken);
        var process = ProcessIdentity.Find(local.ProcessId)!;
        await local.DisposeAsync();

        data.Delete(recursive: true);

        await EndAsync(process);
    }

    [Fact]
    public async Task A_machine_that_changed_its_name_still_has_its_store()
    {
        await azurite.RequirePackagesAsync();
        await using var first = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var state = State();
        (state with { Process = state.Process! with { Machine = "before 1 pid:[1]" } }).Write(_folder.FullName);

        await using var next = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.Equal(state.Id, State().Id);
    }

    [Fact]
    public async Task One_that_lives_where_it_cannot_be_reached_is_left_alone()
    {
        await azurite.RequirePackagesAsync();
        new AzuriteState("there", UnusedPort(), new ProcessIdentity("elsewhere 1 pid:[1]", 7, "1")).Write(_folder.FullName);
        await File.WriteAllTextAsync(HeartbeatFile, """{ "Machine": "elsewhere", "Process": 7 }""", Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var beating = BeatAsync(stop.Token);

        var error = await Assert.ThrowsAsync<LocalStoreException>(() => LocalAzurite.JoinOrStartAsync(Options, Ct));

        await stop.CancelAsync();
        await beating;
        Assert.Contains("process 7 on elsewhere", error.Message, StringComparison.Ordinal);
        Assert.Equal("there", State().Id);
    }

    [Fact]
    public async Task One_that_lived_elsewhere_and_stopped_beating_is_replaced()
    {
        await azurite.RequirePackagesAsync();
        new AzuriteState("there", UnusedPort(), new ProcessIdentity("elsewhere 1 pid:[1]", 7, "1")).Write(_folder.FullName);
        await File.WriteAllTextAsync(HeartbeatFile, "{", Ct);

        await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.NotEqual("there", State().Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"Port\": ")]
    public async Task An_endpoint_file_that_cannot_be_read_is_replaced(string content)
    {
        await azurite.RequirePackagesAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "azurite.json"), content, Ct);

        await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.Equal(local.Port, State().Port);
    }

    [Fact]
    public async Task A_port_that_another_program_took_meanwhile_is_not_mistaken_for_the_store()
    {
        await azurite.RequirePackagesAsync();
        var other = await azurite.NewAddressAsync();
        var port = new Uri(other.ToString()).Port;
        new AzuriteState("gone", port, ProcessIdentity.Current with { Started = "0" }).Write(_folder.FullName);

        await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.NotEqual(port, local.Port);
    }

    [Fact]
    public async Task The_key_is_for_its_owner_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks into /proc.");
        await azurite.RequirePackagesAsync();
        await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var file = Path.Combine(_folder.FullName, "account.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        var key = await File.ReadAllTextAsync(file, Ct);
        Assert.DoesNotContain(key, local.Address.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await File.ReadAllTextAsync($"/proc/{local.ProcessId}/cmdline", Ct), StringComparison.Ordinal);
        foreach (var other in _folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.FullName != file))
        {
            Assert.DoesNotContain(key, await File.ReadAllTextAsync(other.FullName, Ct), StringComparison.Ordinal);
        }
    }

    private string HeartbeatFile => Path.Combine(_folder.FullName, "azurite.alive");

    private AzuriteState State() => AzuriteState.Read(_folder.FullName)!;

    private async Task BeatAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            File.SetLastWriteTimeUtc(HeartbeatFile, DateTime.UtcNow);
            await Task.Delay(500, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task EndAsync(ProcessIdentity process)
    {
        while (process.IsAliveHere)
        {
            await Task.Delay(50, Ct);
        }
    }

    private static async Task<Process> JoinFromAnotherProcessAsync(AzuriteState state)
    {
        var script = $$"""
            require('http').get('http://127.0.0.1:{{state.Port}}/.users/{{state.Id}}?linger=0', (answer) => answer.pipe(process.stdout))
            """;
        var process = Process.Start(new ProcessStartInfo("node", ["-e", script]) { RedirectStandardOutput = true })!;
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(Ct));
        return process;
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
