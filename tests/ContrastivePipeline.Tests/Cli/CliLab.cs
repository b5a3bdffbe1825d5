using ContrastivePipeline.Cli;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Storage.Local;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>What a command line said.</summary>
public sealed record Said(int Code, string Out, string Error);

/// <summary>Runs command lines in this process.</summary>
internal static class Contrastive
{
    /// <summary>Runs a command line as if its output went to files and no variable but those given was set.</summary>
    public static Task<Said> RunAsync(params string[] args) => RunAsync([], args);

    public static async Task<Said> RunAsync(Dictionary<string, string> variables, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var world = new Surroundings(
            TextWriter.Synchronized(output), TextWriter.Synchronized(error), false, name => variables.GetValueOrDefault(name), new UtcTime());
        var code = await CommandLine.RunAsync(args, world, TestContext.Current.CancellationToken);
        return new Said(code, output.ToString(), error.ToString());
    }

    /// <summary>The real clock in UTC, so that what is shown is the same everywhere.</summary>
    internal sealed class UtcTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}

/// <summary>A local folder with its store, for the tests of a class; skips where Node.js is absent.</summary>
public sealed class LocalStoreFixture : IAsyncLifetime
{
    private LocalAzurite? _azurite;
    private string? _absent;

    /// <summary>What <c>--local</c> is given.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("contrastive-cli-").FullName;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await NodeTools.RequireNodeAsync();
            _azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = Path.Combine(Folder, "store") });
        }
        catch (LocalStoreException e)
        {
            _absent = e.Message;
        }
    }

    /// <summary>The store that the commands use.</summary>
    public async Task<ArtifactStore> OpenAsync()
    {
        Assert.SkipWhen(_azurite is null, $"Needs Azurite: {_absent}");
        return await ArtifactStore.OpenAsync(_azurite!.Address, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
            await _azurite.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
