using ContrastivePipeline.Storage;
using ContrastivePipeline.Storage.Local;
using ContrastivePipeline.Tests.Storage;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace ContrastivePipeline.Tests.Storage;

/// <summary>
/// One Azurite for all tests, its data in a temporary folder. A test class takes it as a constructor argument and opens stores
/// with <see cref="OpenStoreAsync"/>, each with a container of its own.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("contrastive-tests-").FullName;
    private LocalAzurite? azurite;
    private string? absent;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await NodeTools.RequireNodeAsync();
            await NodeTools.RequireNpmAsync();
        }
        catch (LocalStoreException e)
        {
            absent = e.Message;
            return;
        }

        azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = folder });
    }

    /// <summary>The address of a new container; skips the test where Node.js is absent.</summary>
    public StoreAddress NewAddress()
    {
        Assert.SkipWhen(azurite is null, $"Needs Azurite: {absent}");
        return azurite!.Address.WithContainer($"t{Guid.NewGuid():N}");
    }

    /// <summary>A store in a new container; skips the test where Node.js is absent.</summary>
    public Task<ArtifactStore> OpenStoreAsync() => ArtifactStore.OpenAsync(NewAddress(), TestContext.Current.CancellationToken);

    /// <summary>The folder with the packages; skips the test where Node.js is absent.</summary>
    public string PackagesFolder
    {
        get
        {
            Assert.SkipWhen(azurite is null, $"Needs Node.js: {absent}");
            return LocalPackages.FindFolder();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
            await azurite.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
