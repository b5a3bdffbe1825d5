using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>A real process that sends to a collector, and one that has not been asked to.</summary>
public sealed class TelemetryExportTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Traces_metrics_and_logs_go_where_the_settings_say_without_secrets(string protocol)
    {
        var store = await local.OpenAsync();
        using var data = new TemporaryFolder();
        await using var collector = await Collector.StartAsync(protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1);
        var experiment = ShapesExperiment.Draw(data.Path);

        await RunAsync(["run", experiment, "--out", data.Path], []);
        Assert.Empty(collector.Received);

        var said = await RunAsync(["run", experiment, "--out", data.Path], new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        });

        Assert.DoesNotContain("Some telemetry could not be delivered", said);
        var run = (await new RunStore(store).LatestAsync("shapes", Stop))!;
        var (traces, metrics, logs) = (collector.Text("trace"), collector.Text("metrics"), collector.Text("logs"));
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

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "the-host")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "planted-secret")]
    public async Task A_setting_that_is_wrong_is_reported_by_its_name_and_not_quoted(string name, string value)
    {
        var said = await Contrastive.RunAsync(new Dictionary<string, string> { [name] = value }, "runs", "--local", local.Folder);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.StartsWith(name, said.Error);
        Assert.DoesNotContain(value, said.Error[name.Length..].Replace("http://localhost:4317", "", StringComparison.Ordinal));
        Assert.Single(said.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_collector_that_is_away_is_reported_and_stops_nothing(string protocol)
    {
        await local.OpenAsync();
        var said = await RunAsync(
            ["runs"], new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol });
        Assert.Contains("Some telemetry could not be delivered: ", said);
    }

    /// <summary>Runs a command in a process of its own, for exporters read the real environment.</summary>
    /// <returns>What it wrote to standard error.</returns>
    private async Task<string> RunAsync(string[] command, Dictionary<string, string> variables)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "contrastive");
        var start = new ProcessStartInfo(program, [.. command, "--local", local.Folder])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, await error + await output);
        return await error;
    }

    /// <summary>Takes what exporters send over HTTP or gRPC.</summary>
    private sealed class Collector(WebApplication web) : IAsyncDisposable
    {
        private readonly List<(string Path, byte[] Body)> _received = [];

        public string Address => web.Urls.Single();

        public IReadOnlyList<(string Path, byte[] Body)> Received
        {
            get
            {
                lock (_received)
                {
                    return [.. _received];
                }
            }
        }

        public static async Task<Collector> StartAsync(HttpProtocols protocols)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
            var collector = new Collector(builder.Build());
            collector.Map();
            await collector.StartWebAsync();
            return collector;
        }

        /// <summary>All bodies of a signal, a character a byte: names and ids in them are plain text.</summary>
        public string Text(string signal) =>
            string.Concat(
                Received.Where(r => r.Path.Contains(signal, StringComparison.Ordinal)).Select(r => Encoding.Latin1.GetString(r.Body)));

        public ValueTask DisposeAsync() => web.DisposeAsync();

        private Task StartWebAsync() => web.StartAsync(Stop);

        private void Map() => web.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Stop);
            lock (_received)
            {
                _received.Add((context.Request.Path, body.ToArray()));
            }
            if (context.Request.ContentType != "application/grpc")
                return;
            // An empty message in its frame, and all is well.
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5], Stop);
            context.Response.AppendTrailer("grpc-status", "0");
        });
    }
}
