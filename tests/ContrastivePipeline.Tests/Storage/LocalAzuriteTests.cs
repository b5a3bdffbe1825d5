using ContrastivePipeline.Storage;
using ContrastivePipeline.Storage.Local;

namespace ContrastivePipeline.Tests.Storage;

public sealed class LocalAzuriteTests(AzuriteFixture azurite) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("contrastive-local-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private LocalStoreOptions Options => new() { DataFolder = folder.FullName };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Those_that_start_at_once_share_one_and_the_last_to_leave_ends_it()
    {
        await azurite.RequirePackagesAsync();
        var users = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LocalAzurite.JoinOrStartAsync(Options, Ct)));
        var process = ProcessIdentity.Find(users[0].ProcessId)!;
        Assert.Single(users.Select(user => (user.Port, user.ProcessId)).Distinct());

        await users[0].DisposeAsync();
        await users[1].DisposeAsync();
        var store = await ArtifactStore.OpenAsync(users[2].Address, Ct);
        var artifact = await store.WriteAsync("blob", "x"u8.ToArray(), Ct);
        Assert.True(process.IsAliveHere);
        await users[2].DisposeAsync();
        Assert.False(process.IsAliveHere);

        await using var later = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        store = await ArtifactStore.OpenAsync(later.Address, Ct);
        Assert.Equal("x"u8.ToArray(), await store.ReadAsync(artifact, Ct));
    }

    [Fact]
    public async Task A_user_that_died_does_not_keep_it_alive()
    {
        await azurite.RequirePackagesAsync();
        var user = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var state = AzuriteState.Read(folder.FullName)!;
        (state with { Users = [.. state.Users, ProcessIdentity.Current with { Started = "0" }] }).Write(folder.FullName);

        await user.DisposeAsync();

        Assert.False(state.Process.IsAliveHere);
        Assert.Empty(AzuriteState.Read(folder.FullName)!.Users);
    }

    [Fact]
    public async Task Who_died_without_leaving_leaves_an_azurite_that_the_next_joins()
    {
        await azurite.RequirePackagesAsync();
        await using var first = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var state = AzuriteState.Read(folder.FullName)!;
        (state with { Users = [ProcessIdentity.Current with { Started = "0" }] }).Write(folder.FullName);

        await using var next = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.Equal(first.ProcessId, next.ProcessId);
    }

    [Fact]
    public async Task A_port_that_another_program_took_meanwhile_is_not_mistaken_for_the_store()
    {
        await azurite.RequirePackagesAsync();
        var other = await azurite.NewAddressAsync();
        var port = new Uri(other.ToString()).Port;
        new AzuriteState(port, ProcessIdentity.Current with { Started = "0" }, []).Write(folder.FullName);

        await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);

        Assert.NotEqual(port, local.Port);
    }

    [Fact]
    public async Task The_key_is_for_its_owner_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks into /proc.");
        await azurite.RequirePackagesAsync();
        await using var local = await LocalAzurite.JoinOrStartAsync(Options, Ct);
        var file = Path.Combine(folder.FullName, "account.key");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var key = await File.ReadAllTextAsync(file, Ct);
        Assert.DoesNotContain(key, local.Address.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await File.ReadAllTextAsync($"/proc/{local.ProcessId}/cmdline", Ct), StringComparison.Ordinal);
        foreach (var other in folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.FullName != file))
            Assert.DoesNotContain(key, await File.ReadAllTextAsync(other.FullName, Ct), StringComparison.Ordinal);
    }
}
