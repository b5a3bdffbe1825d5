namespace ContrastivePipeline.Data;

/// <summary>Excludes a property of a stage's input from the stage's fingerprint, because it says where something is on this machine, or how
/// a user wrote it down, but not what it is. The content at that place must be in the input as a hash instead.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInFingerprintAttribute : Attribute;
