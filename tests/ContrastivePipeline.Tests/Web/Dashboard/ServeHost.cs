namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary><c>contrastive serve</c> on a free port, over a local folder with its own Azurite; the shapes' images are its data folder.</summary>
public sealed class ServeHost : IAsyncLifetime
{
    private readonly LocalStoreFixture _local = new();
    private readonly TemporaryFolder _data = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Listener _output = new();
    private readonly StringWriter _error = new();
    private Task<int> _serving = Task.FromResult(0);

    /// <summary>The experiment file of the shapes.</summary>
    public string Yaml { get; private set; } = "";

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Writes a file into the data folder.</summary>
    public void Write(string file, string text) => _data.Write(file, text);

    /// <summary>What it reported whoever runs it.</summary>
    public string Notices => _error.ToString();

    public async ValueTask InitializeAsync()
    {
        await _local.InitializeAsync();
        if (!_local.IsThere)
            return;
        Yaml = await File.ReadAllTextAsync(ShapesExperiment.Draw(_data.Path));
        var environment = new CliEnvironment(_output, TextWriter.Synchronized(_error), false, _ => null, TimeProvider.System);
        _serving = CommandLine.RunAsync(
            ["serve", "--url", "http://127.0.0.1:0", "--local", _local.Folder, "--data", _data.Path], environment, _stop.Token);
        if (await Task.WhenAny(_output.Url.Task, _serving) == _serving)
            throw new InvalidOperationException($"It does not serve: {_error}");
        Url = await _output.Url.Task;
    }

    /// <summary>Skips the running test where there is no local store.</summary>
    public async Task RequireAsync() => await _local.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        await _local.DisposeAsync();
        _data.Dispose();
        _stop.Dispose();
        await _error.DisposeAsync();
        await _output.DisposeAsync();
    }

    private sealed class Listener : StringWriter
    {
        public TaskCompletionSource<string> Url { get; } = new();

        public override void WriteLine(string? value)
        {
            if (value?.Split(' ').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is { } url)
                Url.TrySetResult(url);
        }
    }
}
