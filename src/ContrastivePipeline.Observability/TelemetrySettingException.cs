namespace ContrastivePipeline.Observability;

/// <summary>A setting of the telemetry is wrong; the message says which and what to do, and does not quote it.</summary>
public sealed class TelemetrySettingException(string message, Exception? inner = null) : Exception(message, inner);
