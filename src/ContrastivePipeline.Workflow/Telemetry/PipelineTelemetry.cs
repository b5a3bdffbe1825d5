using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ContrastivePipeline.Workflow.Telemetry;

/// <summary>The spans and metrics of runs, stages, training and machines; they cost nothing without a listener.</summary>
public static class PipelineTelemetry
{
    /// <summary>The tag that everything carries which belongs to a run.</summary>
    public const string RunIdTag = "contrastive.run.id";

    internal const string StageTag = "contrastive.stage";
    internal const string LabelTag = "contrastive.stage.label";
    internal const string OutcomeTag = "contrastive.outcome";
    internal const string VariantTag = "contrastive.variant";
    internal const string SeedTag = "contrastive.seed";

    private const string Name = "ContrastivePipeline.Workflow";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Instruments = new(Name);

    internal static Histogram<double> StageDuration { get; } = Instruments.CreateHistogram<double>(
        "contrastive.stage.duration", "s", "Time of an attempt at a stage; zero where the stage was done already.");

    internal static Counter<double> CpuTime { get; } =
        Instruments.CreateCounter<double>("contrastive.stage.cpu.time", "s", "Processor time of attempts at stages.");

    internal static Counter<double> GpuTime { get; } =
        Instruments.CreateCounter<double>("contrastive.stage.gpu.time", "s", "Time for which attempts held a GPU.");

    internal static Counter<long> TrainingSteps { get; } =
        Instruments.CreateCounter<long>("contrastive.training.steps", "{step}", "Optimiser steps done.");

    internal static Counter<long> TrainingPairs { get; } =
        Instruments.CreateCounter<long>("contrastive.training.pairs", "{pair}", "Pairs trained on.");

    internal static Gauge<double> TrainingLoss { get; } =
        Instruments.CreateGauge<double>("contrastive.training.loss", "1", "Total loss of the last step.");

    internal static Histogram<double> StepDuration { get; } = Instruments.CreateHistogram<double>(
        "contrastive.training.step.duration", "s", "Time of one optimiser step, its batch included.");

    internal static Counter<long> Machines { get; } = Instruments.CreateCounter<long>(
        "contrastive.machines", "{machine}", "Machines for training that were asked for, and that were lost.");

    /// <summary>Begins a span of the current run. All spans of a run, from whatever process or machine, are in one trace, whose id is the
    /// beginning of the SHA-256 of the run's id; where the caller's own span is of another trace, the two are linked.</summary>
    /// <returns>Null without a listener.</returns>
    internal static Activity? StartSpan(string name, ActivityKind kind = ActivityKind.Internal)
    {
        if (!Source.HasListeners())
            return null;
        var outer = Activity.Current;
        if (CurrentRun.TraceId is not { } trace || outer?.TraceId == trace)
            return Tag(Source.StartActivity(name, kind, outer?.Context ?? default));
        // A span of no parent takes the current one for it, even from another trace.
        Activity.Current = null;
        var links = outer is null ? null : new[] { new ActivityLink(outer.Context) };
        var root = Source.StartActivity(name, kind, new ActivityContext(trace, default, ActivityTraceFlags.Recorded), links: links);
        if (root is null)
            Activity.Current = outer;
        return Tag(root);
    }

    internal static KeyValuePair<string, object?>[] TagsOf(StageIdentity stage) =>
        [new(RunIdTag, CurrentRun.Id), new(StageTag, stage.Name), new(LabelTag, stage.Label)];

    private static Activity? Tag(Activity? span) => CurrentRun.Id.Length > 0 ? span?.SetTag(RunIdTag, CurrentRun.Id) : span;
}
