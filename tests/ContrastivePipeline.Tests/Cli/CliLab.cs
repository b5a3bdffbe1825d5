namespace ContrastivePipeline.Tests.Cli;

/// <summary>What a command line said.</summary>
public sealed record Said(int Code, string Out, string Error);

/// <summary>Runs command lines in this process.</summary>
internal static class Contrastive
{
    /// <summary>Runs a command line as if its output went to files and no variable but those given was set.</summary>
    public static Task<Said> RunAsync(params string[] args) => RunAsync([], args);

    public static Task<Said> RunAsync(Dictionary<string, string> variables, params string[] args) =>
        RunAsync(new StringWriter { NewLine = "\n" }, variables, args, TestContext.Current.CancellationToken);

    /// <summary>Runs a command line which presses Ctrl-C when it writes a certain text.</summary>
    public static async Task<Said> RunUntilAsync(string text, params string[] args)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        return await RunAsync(new StoppingWriter(text, stop), [], args, stop.Token);
    }

    /// <summary>Runs a command line, does something with its first line of output, then presses Ctrl-C.</summary>
    public static async Task<Said> ServeAsync(Func<string, Task> withFirstLine, params string[] args)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        return await RunAsync(new FirstLineWriter(withFirstLine, stop), [], args, stop.Token);
    }

    private static async Task<Said> RunAsync(
        StringWriter output, Dictionary<string, string> variables, string[] args, CancellationToken stop)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var environment = new CliEnvironment(
            TextWriter.Synchronized(output), TextWriter.Synchronized(error), false, name =>
            variables.GetValueOrDefault(name), new UtcTime());
        var code = await CommandLine.RunAsync(args, environment, stop);
        return new Said(code, output.ToString(), error.ToString());
    }

    private sealed class StoppingWriter(string text, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            Write(value + "\n");
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                stop.CancelAsync();
            }
        }
    }

    private sealed class FirstLineWriter(Func<string, Task> use, CancellationTokenSource stop) : StringWriter
    {
        private int _lines;

        public override void WriteLine(string? value)
        {
            Write(value + "\n");
            if (Interlocked.Increment(ref _lines) == 1)
            {
                _ = Task.Run(() => use(value!)).ContinueWith(_ => stop.CancelAsync(), TaskScheduler.Default);
            }
        }
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

    /// <summary>Whether there is a store.</summary>
    public bool IsThere => _azurite is not null;

    /// <summary>The store that the commands use.</summary>
    public async Task<ArtifactStore> OpenAsync()
    {
        Assert.SkipWhen(_azurite is null, $"Needs Azurite: {_absent}");
        return await ArtifactStore.OpenAsync(_azurite!.Address, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
        Directory.Delete(Folder, recursive: true);
    }
}
