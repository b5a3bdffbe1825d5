using System.Reflection;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ContrastivePipeline.Observability;

/// <summary>
/// Sends this process's traces, metrics and logs where the settings say, or nowhere: by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is
/// set, to Application Insights where <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is. OpenTelemetry's other variables hold as usual
/// (<c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_EXPORTER_OTLP_HEADERS</c>, <c>OTEL_SERVICE_NAME</c>, <c>OTEL_RESOURCE_ATTRIBUTES</c>).
/// Disposed, it sends what it still has.
/// </summary>
public sealed class TelemetryExport : IDisposable
{
    private const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string InsightsVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AllSources = "ContrastivePipeline.*";

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private TelemetryExport(string service, bool otlp, string? insights)
    {
        var credential = new Lazy<DefaultAzureCredential>(() => new DefaultAzureCredential());
        var resource = ResourceBuilder.CreateEmpty().AddService(service, serviceVersion: Version).AddTelemetrySdk().AddEnvironmentVariableDetector();
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(AllSources);
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(AllSources).AddMeter("System.Runtime");
        if (otlp)
        {
            traces.AddOtlpExporter();
            metrics.AddOtlpExporter();
        }
        if (insights is not null)
        {
            traces.AddAzureMonitorTraceExporter(SignIn);
            metrics.AddAzureMonitorMetricExporter(SignIn);
        }
        _traces = traces.Build();
        _metrics = metrics.Build();
        Logs = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(resource);
            options.IncludeFormattedMessage = true;
            if (otlp)
                options.AddOtlpExporter();
            if (insights is not null)
                options.AddAzureMonitorLogExporter(SignIn);
        }));

        void SignIn(AzureMonitorExporterOptions options)
        {
            options.ConnectionString = insights;
            options.Credential = credential.Value;
            // A run's trace is worth having only whole; unless told so, five a second are kept.
            options.TracesPerSecond = null;
            options.SamplingRatio = 1;
            options.EnableLiveMetrics = false;
        }
    }

    private TelemetryExport() => Logs = NullLoggerFactory.Instance;

    /// <summary>Makes logs that go where the settings say.</summary>
    public ILoggerFactory Logs { get; }

    /// <summary>Starts to send, if the settings say so.</summary>
    /// <param name="service">Name of the program, unless <c>OTEL_SERVICE_NAME</c> has another.</param>
    /// <param name="variable">Reads an environment variable.</param>
    public static TelemetryExport Start(string service, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var otlp = !string.IsNullOrWhiteSpace(variable(OtlpVariable));
        var insights = variable(InsightsVariable) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        return otlp || insights is not null ? new TelemetryExport(service, otlp, insights) : new TelemetryExport();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        Logs.Dispose();
    }

    private static string? Version =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
