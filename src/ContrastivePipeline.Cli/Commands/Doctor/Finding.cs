namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary>How a check came out.</summary>
internal enum Verdict
{
    Ok,
    Warn,
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Verdict">How it came out.</param>
/// <param name="Found">What was found.</param>
/// <param name="Advice">What to do; empty where nothing needs to be done.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Found, string Advice = "");
