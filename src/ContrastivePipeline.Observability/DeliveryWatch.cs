using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Observability;

/// <summary>Hears from the exporters, who otherwise say nothing to anybody, what they could not deliver.</summary>
internal sealed partial class DeliveryWatch : EventListener
{
    // A collector that is not there is an error over HTTP, and over gRPC a warning among others.
    private const string RefusedOverGrpc = "TransientHttpError";

    private volatile string? _trouble;

    /// <summary>What went wrong last, or null.</summary>
    public string? Trouble => _trouble;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
            EnableEvents(eventSource, EventLevel.Warning);
        else if (eventSource.Name == "OpenTelemetry-AzureMonitor-Exporter")
            EnableEvents(eventSource, EventLevel.Error);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.Level > EventLevel.Error && eventData.EventName != RefusedOverGrpc)
            return;
        var text = eventData.Message is { } message
            ? string.Format(CultureInfo.InvariantCulture, message, [.. eventData.Payload ?? []])
            : eventData.EventName;
        // The lines after it are a stack trace. An instrumentation key is no business of a console.
        _trouble = text is null ? null : Key().Replace(text.Split('\n')[0].Trim(), "…");
    }

    [GeneratedRegex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]
    private static partial Regex Key();
}
