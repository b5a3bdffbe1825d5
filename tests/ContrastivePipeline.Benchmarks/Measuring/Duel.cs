namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>
/// Measures two ways of doing the same in turn, a repetition of one and a repetition of the other, so that whatever else the machine
/// does meanwhile falls on both.
/// </summary>
/// <param name="WarmUps">Repetitions of each that are not counted.</param>
/// <param name="Repetitions">Repetitions of each whose median counts.</param>
internal sealed record Duel(int WarmUps = 2, int Repetitions = 7)
{
    /// <summary>Measures a case.</summary>
    /// <param name="name">Name of the case.</param>
    /// <param name="items">Items in one repetition.</param>
    /// <param name="unit">What the figures are.</param>
    /// <param name="basis">How the figures follow from the medians.</param>
    /// <param name="ours">One repetition of ours.</param>
    /// <param name="peer">One repetition of the peer's, which measures itself where it is another process; null without a peer.</param>
    public async Task<CaseResult> RunAsync(
        string name, int items, string unit, Basis basis, Func<Task> ours, Func<Task<Sample>>? peer = null)
    {
        var (our, their) = (new List<Sample>(), new List<Sample>());
        for (var i = -WarmUps; i < Repetitions; i++)
        {
            var sample = await Sample.OfAsync(ours);
            Sample? other = peer is null ? null : await peer();
            if (i < 0)
                continue;
            our.Add(sample);
            if (other is { } counted)
                their.Add(counted);
        }

        return new CaseResult(name, items, unit, basis, Sample.Median(our), peer is null ? null : Sample.Median(their));
    }

    /// <summary>Measures a case whose work waits for nothing.</summary>
    public Task<CaseResult> RunAsync(string name, int items, string unit, Action ours, Func<Task<Sample>>? peer = null) =>
        RunAsync(name, items, unit, Basis.PerCpuSecond, () =>
        {
            ours();
            return Task.CompletedTask;
        }, peer);
}
