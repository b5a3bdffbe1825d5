using static ContrastivePipeline.Benchmarks.Scale.ScaleUnits;

namespace ContrastivePipeline.Benchmarks.Scale;

/// <summary>Six variants, three seeds, 64 epochs, on so many pairs with an image each; multiplied out.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Pairs">Training pairs.</param>
/// <param name="FlopAPair">By variant.</param>
internal sealed record ScalePlan(string Name, double Pairs, IReadOnlyList<(string Variant, double Flop)> FlopAPair)
{
    public int Trials => FlopAPair.Count * Seeds;

    public double Steps => Math.Floor(Pairs / ScaleUnits.Batch) * Epochs;

    public double DatasetBytes => Pairs * (BytesAImage + BytesACaption);

    /// <summary>Seconds until a machine trains: it starts, reads the set, some parts at once, and a checkpoint.</summary>
    public double StartUp => StartSeconds + (DatasetBytes / StreamBytesPerSecond / PartsAtOnce) + (CheckpointBytes / StreamBytesPerSecond)
        + RestoreSeconds;

    /// <summary>Share of the time that goes into saving inside a segment; the trainer waits for it.</summary>
    public static double SavingShare(double everySeconds) => (SaveSeconds + (CheckpointBytes / StreamBytesPerSecond)) / everySeconds;

    /// <summary>Pairs a second of a variant.</summary>
    public static double Rate(double flop) => AchievedFlops / flop;

    /// <summary>Seconds of pure training of a trial.</summary>
    public double TrainingSeconds(double flop) => Steps * ScaleUnits.Batch / Rate(flop);

    /// <summary>Steps in a segment of which starting up is at most a share.</summary>
    public double SegmentFor(double share) => StartUp * (1 - share) / share * Rate(FlopAPair[0].Flop) / ScaleUnits.Batch;

    /// <summary>Everything about the matrix with segments of so many steps.</summary>
    public ScaleTotals With(double segment)
    {
        var segments = Math.Ceiling(Steps / segment);
        var trials = Enumerable.Range(0, Seeds).SelectMany(_ => FlopAPair.Select(v =>
            (TrainingSeconds(v.Flop) * (1 + SavingShare(CheckpointSeconds))) + (segments * StartUp))).ToArray();
        var (seconds, all) = (trials.Sum(), segments * Trials);
        var reads = (Pairs / ImagesAPart) + (Pairs / CaptionsAPart) + 1;
        var write = Math.Ceiling(CheckpointBytes / BlockBytes) + 1;
        var saves = seconds / CheckpointSeconds;
        return new ScaleTotals(
            segments, seconds, all * CheckpointBytes, all * DatasetBytes, (all + saves) * CheckpointBytes,
            Trials * Steps * (CurveBytesAStep + EventBytesAStep),
            all * reads, (all + saves) * write, seconds * BeatsASecond,
            (all * 4 * RequestsAnActivity) + (seconds / SecondsALook * RequestsALook),
            trials.Max(), machines => Days(trials, machines));
    }

    /// <summary>Trials are begun in their order, the next one by whichever machine is free.</summary>
    private static double Days(double[] trials, int machines)
    {
        var free = new double[machines];
        foreach (var trial in trials)
        {
            Array.Sort(free);
            free[0] += trial;
        }
        return free.Max() / 86_400;
    }
}

/// <summary>What a matrix comes to.</summary>
/// <param name="Segments">Of a trial.</param>
/// <param name="GpuSeconds">Of all trials, start-up and saving included.</param>
/// <param name="Checkpoints">Bytes at the ends of segments.</param>
/// <param name="Downloaded">Bytes of the dataset that machines read.</param>
/// <param name="Uploaded">Bytes of checkpoints that they write.</param>
/// <param name="Curves">Bytes of curves and TensorBoard events.</param>
/// <param name="Reads">Requests that read the dataset.</param>
/// <param name="Writes">Requests that write checkpoints, in blocks.</param>
/// <param name="Beats">Requests that say that a machine lives and holds its stage.</param>
/// <param name="TaskHub">Requests of the task hub: four activities a segment, and looks.</param>
/// <param name="Longest">Seconds of the longest trial.</param>
/// <param name="Days">Days on the clock with so many machines.</param>
internal sealed record ScaleTotals(
    double Segments, double GpuSeconds, double Checkpoints, double Downloaded, double Uploaded, double Curves,
    double Reads, double Writes, double Beats, double TaskHub, double Longest, Func<int, double> Days);
