using System.Diagnostics;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The span of one attempt at a segment of training, and the metrics of its steps.</summary>
internal sealed class SegmentMeter : IDisposable
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly int _batch;
    private readonly TimeProvider _time;
    private readonly Activity? _span;
    private long _stepped;

    private SegmentMeter(TrainSegmentInput input, TrainingState state, TimeProvider time)
    {
        _tags =
        [
            new(PipelineTelemetry.RunIdTag, CurrentRun.Id), new(PipelineTelemetry.VariantTag, input.Variant),
            new(PipelineTelemetry.SeedTag, input.Recipe.Seed),
        ];
        (_batch, _time, _stepped) = (input.Recipe.BatchSize, time, time.GetTimestamp());
        _span = PipelineTelemetry.StartSpan("segment");
        _span?.SetTag(PipelineTelemetry.VariantTag, input.Variant).SetTag(PipelineTelemetry.SeedTag, input.Recipe.Seed)
            .SetTag("contrastive.segment.from", input.From).SetTag("contrastive.segment.to", input.To)
            .SetTag("contrastive.segment.resumed_at", state.Step).SetTag("contrastive.device", $"{state.Device}");
    }

    public static SegmentMeter Begin(TrainSegmentInput input, TrainingState state, TimeProvider time) => new(input, state, time);

    public void Stepped(StepRecord step)
    {
        PipelineTelemetry.TrainingSteps.Add(1, _tags);
        PipelineTelemetry.TrainingPairs.Add(_batch, _tags);
        PipelineTelemetry.TrainingLoss.Record(step.Losses.Total, _tags);
        PipelineTelemetry.StepDuration.Record(_time.GetElapsedTime(_stepped).TotalSeconds, _tags);
        _stepped = _time.GetTimestamp();
    }

    public void Saved(long step) => _span?.AddEvent(new ActivityEvent("saved", _time.GetUtcNow(), new() { ["contrastive.step"] = step }));

    public void Dispose() => _span?.Dispose();
}
