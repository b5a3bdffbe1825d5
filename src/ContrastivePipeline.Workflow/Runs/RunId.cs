using System.Security.Cryptography;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Ids of runs: <c>{experiment}-{yyyyMMdd}-{HHmmss}-{4 random hexadecimal digits}</c>, time in UTC.</summary>
public static class RunId
{
    /// <summary>A new id.</summary>
    public static string New(string experiment, DateTimeOffset now) =>
        $"{experiment}-{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>The experiment that an id names, or null when it is no such id.</summary>
    public static string? ExperimentOf(string id)
    {
        var parts = id.Split('-');
        return parts.Length >= 4 && parts[^3].Length == 8 && parts[^2].Length == 6 ? string.Join('-', parts[..^3]) : null;
    }
}
