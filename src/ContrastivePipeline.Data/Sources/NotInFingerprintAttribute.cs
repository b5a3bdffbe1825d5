namespace ContrastivePipeline.Data.Sources;

/// <summary>
/// Marks what says where something is on this machine, or how somebody wrote it down, and not what it is: it reaches a stage and
/// is no part of the stage's fingerprint. What the place holds must be there under a hash instead.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInFingerprintAttribute : Attribute;
