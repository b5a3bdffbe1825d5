namespace ContrastivePipeline.Training.Optimization;

/// <summary>Which parameters weight decay pulls towards zero.</summary>
public enum DecayRule
{
    /// <summary>All but norms, biases and the logit scale: every parameter of two or more dimensions.</summary>
    Standard,

    /// <summary>CyCLIP's grouping by name: all whose name has none of <c>bn</c>, <c>ln</c>, <c>bias</c>, <c>logit_scale</c> in it. The
    /// norms of downsampling branches have none of them and so do decay.</summary>
    CyClip,
}

/// <summary>Decides for one parameter.</summary>
public static class DecayRules
{
    private static readonly string[] CyclipExempt = ["bn", "ln", "bias", "logit_scale"];

    /// <summary>Whether a parameter decays.</summary>
    /// <param name="name">Key of the parameter in the state dict.</param>
    public static bool Decays(this DecayRule rule, string name, long dimensions) => rule switch
    {
        DecayRule.Standard => dimensions >= 2,
        DecayRule.CyClip => !CyclipExempt.Any(e => name.Contains(e, StringComparison.Ordinal)),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown decay rule."),
    };
}
