using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Observability;

/// <summary>Listens to the event sources of the exporters, which report failed deliveries nowhere else.</summary>
internal sealed partial class DeliveryWatch : EventListener
{
    // An unreachable collector is an error over HTTP, and over gRPC a warning among others.
    private const string RefusedOverGrpc = "TransientHttpError";

    private volatile string? _trouble;

    /// <summary>What went wrong last, or null.</summary>
    public string? Trouble => _trouble;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
        else if (eventSource.Name == "OpenTelemetry-AzureMonitor-Exporter")
        {
            EnableEvents(eventSource, EventLevel.Error);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.Level > EventLevel.Error && eventData.EventName != RefusedOverGrpc)
            return;
        var text = eventData.Message is { } message
            ? string.Format(CultureInfo.InvariantCulture, message, [.. eventData.Payload ?? []])
            : eventData.EventName;
        // The following lines are a stack trace. An instrumentation key must not reach the console.
        _trouble = text is null ? null : Key().Replace(text.Split('\n')[0].Trim(), "…");
    }

    [GeneratedRegex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]
    private static partial Regex Key();
}
