namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>How a case's figures are reported.</summary>
internal enum Basis
{
    /// <summary>Items per second of processor time: for work that computes.</summary>
    PerCpuSecond,

    /// <summary>Items per second on the clock: for work that spreads over cores.</summary>
    PerSecond,

    /// <summary>Milliseconds on the clock for one item: for work that waits for another process.</summary>
    Milliseconds,
}

/// <summary>What one case measured.</summary>
/// <param name="Case">Name.</param>
/// <param name="Items">Items in one repetition.</param>
/// <param name="Unit">What the figures are, for example <c>samples/CPU-s</c>.</param>
/// <param name="Basis">How the figures follow from the medians.</param>
/// <param name="Ours">Median repetition of ours.</param>
/// <param name="Peer">Median repetition of the peer; null without one.</param>
internal sealed record CaseResult(string Case, int Items, string Unit, Basis Basis, Sample Ours, Sample? Peer)
{
    /// <summary>Our figure, in <see cref="Unit"/>.</summary>
    public double OurFigure => Figure(Ours);

    /// <summary>The peer's figure, in <see cref="Unit"/>.</summary>
    public double? PeerFigure => Peer is { } peer ? Figure(peer) : null;

    /// <summary>Our processor time over the peer's: below 1, ours costs less.</summary>
    public double? CpuRatio => Peer is { } peer ? Ours.Cpu / peer.Cpu : null;

    /// <summary>Our time on the clock over the peer's: below 1, ours is sooner done.</summary>
    public double? WallRatio => Peer is { } peer ? Ours.Wall / peer.Wall : null;

    private double Figure(Sample sample) => Basis switch
    {
        Basis.PerCpuSecond => Items / sample.Cpu,
        Basis.PerSecond => Items / sample.Wall,
        _ => sample.Wall * 1000 / Items,
    };
}
