using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ContrastivePipeline.Tests.Workflow.Telemetry;

/// <summary>Listens to all sources and meters; other tests run beside this one.</summary>
internal sealed class TelemetryListener : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measured = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public TelemetryListener()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("ContrastivePipeline.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("ContrastivePipeline.", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
        _meters.Start();
    }

    public IEnumerable<Activity> Spans => [.. _spans];

    public double Sum(string name, string run, string tag, string value) => Of(name, run, tag, value).Sum(m => m.Value);

    public int Count(string name, string run, string tag, string value) => Of(name, run, tag, value).Count();

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private IEnumerable<(string Name, double Value, Dictionary<string, object?> Tags)> Of(
        string name, string run, string tag, string value) =>
        _measured.Where(m => m.Name == name && Equals(m.Tags.GetValueOrDefault(PipelineTelemetry.RunIdTag), run)
            && Equals(m.Tags.GetValueOrDefault(tag), value));

    private void Keep(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
}
