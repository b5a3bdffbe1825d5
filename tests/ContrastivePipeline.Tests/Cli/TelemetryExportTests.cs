using System.Diagnostics;
using System.Net;
using System.Text;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>A real process that sends to a collector, and one that has not been told to.</summary>
public sealed class TelemetryExportTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_metrics_and_logs_go_where_the_settings_say_without_secrets()
    {
        var store = await local.OpenAsync();
        using var data = new TemporaryFolder();
        await using var collector = await Collector.StartAsync();
        var experiment = ShapesExperiment.Draw(data.Path);

        await RunAsync(experiment, data.Path, []);
        Assert.Empty(collector.Received);

        await RunAsync(experiment, data.Path, new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        });

        var run = (await new RunStore(store).LatestAsync("shapes", Stop))!;
        var (traces, metrics, logs) = (collector.Text("/v1/traces"), collector.Text("/v1/metrics"), collector.Text("/v1/logs"));
        Assert.All([traces, metrics, logs], text =>
        {
            Assert.Contains("deployment.environment.name", text);
            Assert.Contains(run.Id, text);
        });
        Assert.All(run.Stages.Select(stage => $"stage {stage.Name}").Distinct(), name => Assert.Contains(name, traces));
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(CurrentRun.TraceOf(run.Id).ToHexString())), traces);
        Assert.Contains("contrastive.store.request.duration", metrics);
        Assert.Contains($"Run {run.Id} completed", logs);
        var secret = (await File.ReadAllTextAsync(Path.Combine(local.Folder, "store", "account.key"), Stop)).Trim();
        Assert.All([traces, metrics, logs], text => Assert.DoesNotContain(secret, text));
    }

    private async Task RunAsync(string experiment, string folder, Dictionary<string, string> variables)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "contrastive");
        var start = new ProcessStartInfo(program, ["run", experiment, "--local", local.Folder, "--out", folder]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, await error + await output);
    }

    /// <summary>Takes what exporters send over HTTP.</summary>
    private sealed class Collector(WebApplication web) : IAsyncDisposable
    {
        private readonly List<(string Path, byte[] Body)> _received = [];

        public string Address => web.Urls.Single();

        public IReadOnlyList<(string Path, byte[] Body)> Received
        {
            get
            {
                lock (_received)
                    return [.. _received];
            }
        }

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var collector = new Collector(builder.Build());
            collector.Map();
            await collector.StartWebAsync();
            return collector;
        }

        /// <summary>All bodies of a path, a character a byte: names and ids in them are plain text.</summary>
        public string Text(string path) => string.Concat(Received.Where(r => r.Path == path).Select(r => Encoding.Latin1.GetString(r.Body)));

        public ValueTask DisposeAsync() => web.DisposeAsync();

        private Task StartWebAsync() => web.StartAsync(Stop);

        private void Map() => web.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Stop);
            lock (_received)
                _received.Add((context.Request.Path, body.ToArray()));
        });
    }
}
