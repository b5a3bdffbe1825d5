namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>What a run says about one effect that the paper reports.</summary>
public enum Verdict
{
    /// <summary>Every difference has the sign of the effect and more than half of the intervals exclude 0.</summary>
    Shown,

    /// <summary>Every difference has the sign of the effect, but too few intervals exclude 0, or there is none.</summary>
    Leaning,

    /// <summary>Some differences have the sign of the effect and some have not.</summary>
    Mixed,

    /// <summary>No difference has the sign of the effect.</summary>
    NotShown,

    /// <summary>The run has no pair of variants, or no measurement, to tell it from.</summary>
    Missing,

    /// <summary>The effect has no expected direction; the finding says what happened.</summary>
    Described,
}

/// <summary>One finding, in words.</summary>
/// <param name="Id">Stable identifier, for example <c>ls-uniformity</c>.</param>
/// <param name="Effect">The effect as a claim to be checked.</param>
/// <param name="Headline">What the run shows, with the size of the differences. L_s and L_n stand for the objectives.</param>
public sealed record Finding(string Id, string Effect, Verdict Verdict, string Headline, IReadOnlyList<EvidenceRow> Evidence);

/// <summary>One difference that a finding rests on, ready to print.</summary>
/// <param name="Comparison">For example <c>CLIP + Ls against CLIP</c>.</param>
/// <param name="Difference">With sign; several seeds: mean ± standard deviation.</param>
/// <param name="Interval">The 95 % interval and what it covers; says so where there is none.</param>
/// <param name="AsExpected">Whether it has the sign of the effect; null where none is expected.</param>
/// <param name="Clear">Whether the interval excludes 0; null where there is none.</param>
public sealed record EvidenceRow(
    string Comparison, string Measured, string Change, string Difference, string Interval, bool? AsExpected, bool? Clear);
