namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>What a run says about one effect that the paper reports.</summary>
public enum Verdict
{
    /// <summary>Every difference has the sign of the effect and more than half of the tested ones are significant.</summary>
    Shown,

    /// <summary>Every difference has the sign of the effect, but too few are significant, or none is tested.</summary>
    Leaning,

    /// <summary>Some differences have the sign of the effect and some have not.</summary>
    Mixed,

    /// <summary>No difference has the sign of the effect, and too few are significant to call it the reverse.</summary>
    NotShown,

    /// <summary>No difference has the sign of the effect and more than half of the tested ones are significant: the reverse of
    /// it.</summary>
    Reversed,

    /// <summary>The run has no pair of variants, or no measurement, to tell it from.</summary>
    Missing,

    /// <summary>The effect has no expected direction; the finding says what happened.</summary>
    Described,
}

/// <summary>How far a difference stands clear of chance.</summary>
public enum Evidence
{
    /// <summary>Its adjusted p is below <see cref="PairedJackknife.Level"/>.</summary>
    Significant,

    /// <summary>Its adjusted p is not.</summary>
    NotSignificant,

    /// <summary>There is no test.</summary>
    Untested,
}

/// <summary>One finding, in words.</summary>
/// <param name="Id">Stable identifier, for example <c>ls-uniformity</c>.</param>
/// <param name="Effect">The effect as a claim to be checked.</param>
/// <param name="Headline">What the run shows, with the size of the differences. L_s and L_n stand for the objectives.</param>
public sealed record Finding(string Id, string Effect, Verdict Verdict, string Headline, IReadOnlyList<EvidenceRow> Evidence);

/// <summary>One difference that a finding rests on, ready to print.</summary>
/// <param name="Comparison">For example <c>CLIP + Ls against CLIP</c>.</param>
/// <param name="Difference">With sign; several seeds: mean ± standard deviation.</param>
/// <param name="Interval">The 95 % interval by itself and what it covers; says so where there is none.</param>
/// <param name="PValue">The p-value, and the one adjusted for the number of tests; says so where there is none.</param>
/// <param name="AsExpected">Whether it has the sign of the effect; null where none is expected.</param>
/// <param name="Evidence">Whether it is significant after Holm's correction.</param>
public sealed record EvidenceRow(
    string Comparison, string Measured, string Change, string Difference, string Interval, string PValue, bool? AsExpected,
    Evidence Evidence);
