namespace ContrastivePipeline.Workflow.Results;

/// <summary>What a pull did.</summary>
/// <param name="Files">The artifacts that are in the folder now, all verified.</param>
/// <param name="Faults">Artifacts that the store has no longer got or that are damaged, in words; empty where all is well.</param>
public sealed record PulledRun(string Folder, IReadOnlyList<PulledFile> Files, IReadOnlyList<string> Faults)
{
    /// <summary>What expired, in words: the store deletes intermediate training states after a time, and whole stages of older programs.</summary>
    public IReadOnlyList<string> Expired { get; init; } = [];
}

/// <summary>An artifact in a folder.</summary>
/// <param name="Artifact">The artifact; its name is the file's path in the folder.</param>
/// <param name="Kept">Whether the file was there already.</param>
public sealed record PulledFile(RunArtifact Artifact, bool Kept);

/// <summary>What <c>artifacts.json</c> holds.</summary>
public sealed record PulledList(string RunId, string Experiment, IReadOnlyList<PulledArtifact> Artifacts);

/// <summary>A file of a pulled run.</summary>
/// <param name="File">Path in the folder.</param>
public sealed record PulledArtifact(string File, string Path, long Length, string Sha256, string Stage, string Label, string Kind)
{
    internal static PulledArtifact Of(PulledFile pulled) => new(
        pulled.Artifact.Name, pulled.Artifact.Path, pulled.Artifact.Length, pulled.Artifact.Sha256, pulled.Artifact.Stage, pulled.Artifact.Label,
        pulled.Artifact.Kind);
}
