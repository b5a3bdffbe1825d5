[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace ContrastivePipeline.Tests.Storage;

/// <summary>
/// One Azurite for all tests, started by the first that needs it, its data in memory. A test class takes the fixture
/// as a constructor argument and opens stores with <see cref="OpenStoreAsync"/>, each with a container of its own.
/// </summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    private readonly Lazy<Task<(LocalAzurite? Azurite, string? Absent)>> _started;
    private readonly string _folder = Directory.CreateTempSubdirectory("contrastive-tests-").FullName;

    public AzuriteFixture() => _started = new(StartAsync);

    /// <summary>The address of a new container; skips the test where Node.js is absent.</summary>
    public async Task<StoreAddress> NewAddressAsync()
    {
        var (azurite, absent) = await _started.Value;
        Assert.SkipWhen(azurite is null, $"Needs Azurite: {absent}");
        return azurite!.Address.WithContainer($"t{Guid.NewGuid():N}");
    }

    /// <summary>The connection string of the account, key and all, and its URL.</summary>
    internal async Task<(Uri Url, string ConnectionString)> ConnectionAsync()
    {
        var url = new Uri((await NewAddressAsync()).ToString());
        return (url, new AzuriteProcess(_folder).ConnectionString(url.Port));
    }

    /// <summary>A store in a new container; skips the test where Node.js is absent.</summary>
    public async Task<ArtifactStore> OpenStoreAsync() =>
        await ArtifactStore.OpenAsync(await NewAddressAsync(), TestContext.Current.CancellationToken);

    /// <summary>Skips the test where Node.js is absent; installs the packages where they are not.</summary>
    public async Task RequirePackagesAsync() => await NewAddressAsync();

    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated && (await _started.Value).Azurite is { } azurite)
        {
            await azurite.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<(LocalAzurite? Azurite, string? Absent)> StartAsync()
    {
        try
        {
            await NodeTools.RequireNodeAsync();
            await NodeTools.RequireNpmAsync();
        }
        catch (LocalStoreException e)
        {
            return (null, e.Message);
        }

        return (await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = _folder, InMemory = true }), null);
    }
}
