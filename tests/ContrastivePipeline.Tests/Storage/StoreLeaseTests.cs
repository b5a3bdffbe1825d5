using System.Diagnostics;

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
    public async Task It_can_go_with_its_blob()
    {
        var store = await azurite.OpenStoreAsync();
        await (await store.TryAcquireLeaseAsync("locks/a", Ct))!.DeleteAsync();
        Assert.Empty(await store.ListAsync("", Ct).ToListAsync(Ct));

        // Of those that take and delete it all the time, one has it at a time.
        var holders = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var taken = 0; taken < 5;)
            {
                if (await store.TryAcquireLeaseAsync("locks/a", Ct) is not { } lease)
                    continue;
                taken++;
                Assert.Equal(1, Interlocked.Increment(ref holders));
                await Task.Yield();
                Interlocked.Decrement(ref holders);
                await lease.DeleteAsync();
            }
        }));
        Assert.Empty(await store.ListAsync("", Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task One_that_does_not_say_whose_it_is_stops_nobody_for_longer_than_it_is_held()
    {
        var store = await azurite.OpenStoreAsync();
        await store.WriteAsync("lock", "{ half"u8.ToArray(), Ct);

        Assert.False(await store.IsLeasedAsync("lock", Ct));
        Assert.Null(await store.TryReadLeaseHolderAsync("lock", Ct));
        await using var lease = await store.TryAcquireLeaseAsync("lock", Ct);
        Assert.Equal(ProcessIdentity.Current, await store.TryReadLeaseHolderAsync("lock", Ct));
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
