using System.Reflection;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Says that a stage is done: <c>stages/{name}/{label}-{fingerprint}/manifest.json</c>, written after all its outputs.</summary>
/// <param name="Started">When the attempt that succeeded began.</param>
/// <param name="Attempt">1-based number of the attempt that succeeded.</param>
public sealed record StageManifest(
    string Name,
    int Version,
    string Fingerprint,
    string Generation,
    JsonElement Input,
    JsonElement Output,
    DateTimeOffset Started,
    DateTimeOffset Finished,
    int Attempt,
    string CodeVersion,
    string Machine)
{
    /// <summary>What the attempt that succeeded used until it wrote this; null in manifests of older programs.</summary>
    public StageUsage? Usage { get; init; }

    /// <summary>Reads a manifest; null where it is missing or damaged: a run that needs the stage then does it again.</summary>
    internal static async Task<StageManifest?> TryReadAsync(ArtifactStore store, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryReadAsync(path, cancellationToken) is { } blob
                ? WorkflowJson.FromBytes<StageManifest>(blob.Content) : null;
        }
        catch (Exception damaged) when (damaged is JsonException or ArtifactCorruptException)
        {
            return null;
        }
    }
}

/// <summary>Which program made something.</summary>
public static class ProgramVersion
{
    /// <summary>Version and, in a build from a git checkout, the commit.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
