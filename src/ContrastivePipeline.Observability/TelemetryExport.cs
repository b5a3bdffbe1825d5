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
/// Disposing it sends what is still buffered.
/// </summary>
public sealed class TelemetryExport : IDisposable
{
    private const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string InsightsVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AllSources = "ContrastivePipeline.*";

    private readonly DeliveryWatch? _watch;
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private TelemetryExport(string service, bool otlp, string? insights)
    {
        _watch = new DeliveryWatch();
        var credential = new Lazy<DefaultAzureCredential>(() => new DefaultAzureCredential());
        var resource =
            ResourceBuilder.CreateEmpty().AddService(service, serviceVersion: Version).AddTelemetrySdk().AddEnvironmentVariableDetector();
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
            {
                options.AddOtlpExporter();
            }
            if (insights is not null)
            {
                options.AddAzureMonitorLogExporter(SignIn);
            }
        }));

        void SignIn(AzureMonitorExporterOptions options)
        {
            options.ConnectionString = insights;
            options.Credential = credential.Value;
            // The trace of a run is of use only whole; by default, five traces a second are kept.
            options.TracesPerSecond = null;
            options.SamplingRatio = 1;
            options.EnableLiveMetrics = false;
        }
    }

    private TelemetryExport() => Logs = NullLoggerFactory.Instance;

    /// <summary>Creates loggers that send to the configured destinations.</summary>
    public ILoggerFactory Logs { get; }

    /// <summary>Why telemetry could not be delivered; null where all was, as far as is known. Final once this is disposed.</summary>
    public string? Trouble => _watch?.Trouble;

    /// <summary>Starts the exporters that the settings ask for; none without settings.</summary>
    /// <param name="service">Name of the program, unless <c>OTEL_SERVICE_NAME</c> has another.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="TelemetrySettingException">A setting is wrong.</exception>
    public static TelemetryExport Start(string service, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var otlp = NonEmpty(variable(OtlpVariable));
        if (otlp is not null && !(Uri.TryCreate(otlp, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            throw new TelemetrySettingException($"{OtlpVariable} is no address of a collector. Give one like http://localhost:4317, or "
                + "unset it.");
        }

        var insights = NonEmpty(variable(InsightsVariable));
        try
        {
            return otlp is null && insights is null ? new TelemetryExport() : new TelemetryExport(service, otlp is not null, insights);
        }
        catch (InvalidOperationException wrong) when (insights is not null)
        {
            throw new TelemetrySettingException(
                $"{InsightsVariable} is no connection string of Application Insights. Copy it again from the portal, or unset it.", wrong);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        Logs.Dispose();
        _watch?.Dispose();
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? Version =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}

/// <summary>A setting of the telemetry is wrong; the message says which and what to do, and does not quote it.</summary>
public sealed class TelemetrySettingException(string message, Exception? inner = null) : Exception(message, inner);
