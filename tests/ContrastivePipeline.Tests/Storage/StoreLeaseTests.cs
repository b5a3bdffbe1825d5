using System.Diagnostics;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Tests.Storage;

public sealed class StoreLeaseTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_holds_it_and_giving_it_back_frees_it()
    {
        var store = await azurite.OpenStoreAsync();
        var first = await store.TryAcquireLeaseAsync("runs/a/lock.json", Ct);
        Assert.NotNull(first);
        Assert.Null(await store.TryAcquireLeaseAsync("runs/a/lock.json", Ct));
        Assert.Equal(ProcessIdentity.Current, await store.TryReadLeaseHolderAsync("runs/a/lock.json", Ct));

        await first.DisposeAsync();
        await using var second = await store.TryAcquireLeaseAsync("runs/a/lock.json", Ct);

        Assert.NotNull(second);
        Assert.False(second.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Of_ten_that_take_it_at_once_one_does()
    {
        var store = await azurite.OpenStoreAsync();
        var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.TryAcquireLeaseAsync("lock", Ct)));
        Assert.Single(leases, lease => lease is not null);
        await leases.Single(lease => lease is not null)!.DisposeAsync();
    }

    [Fact]
    public async Task It_is_taken_at_once_from_a_dead_process_and_by_one_only()
    {
        var store = await azurite.OpenStoreAsync();
        var dead = await KillAProcessAsync();
        // Never disposed: its holder "died" with it.
        Assert.NotNull(await store.TryAcquireLeaseAsync("lock", dead, Ct));

        var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.TryAcquireLeaseAsync("lock", Ct)));

        await Assert.Single(leases, lease => lease is not null)!.DisposeAsync();
    }

    [Theory]
    [InlineData("elsewhere 1 pid:[1]")]
    [InlineData(null)]
    public async Task It_is_not_taken_from_another_machine_nor_from_a_living_process(string? machine)
    {
        var store = await azurite.OpenStoreAsync();
        var holder = ProcessIdentity.Current with { Machine = machine ?? ProcessIdentity.Current.Machine };
        await using var held = await store.TryAcquireLeaseAsync("lock", holder, Ct);
        Assert.Null(await store.TryAcquireLeaseAsync("lock", Ct));
    }

    [Fact]
    public async Task A_process_number_that_was_used_again_is_another_process()
    {
        var dead = await KillAProcessAsync();
        Assert.True(dead.IsKnownDead);
        Assert.True((ProcessIdentity.Current with { Started = dead.Started }).IsKnownDead);
        Assert.True(ProcessIdentity.Current.IsAliveHere);
    }

    private static async Task<ProcessIdentity> KillAProcessAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["-e", "setInterval(() => {}, 1000)"]))!;
        var identity = ProcessIdentity.Find(process.Id)!;
        Assert.True(identity.IsAliveHere);
        process.Kill();
        await process.WaitForExitAsync(Ct);
        return identity;
    }
}
