using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Looks whether the artifacts that a stage's output names are still there, without reading them.</summary>
internal static class ArtifactCheck
{
    /// <summary>True when every artifact in the output exists with its length. Damage inside is found when it is read.</summary>
    public static Task<bool> AllThereAsync(ArtifactStore store, JsonElement output, CancellationToken cancellationToken) =>
        AllThereAsync(store, NamedArtifacts.In(output).Select(named => named.Artifact), cancellationToken);

    /// <summary>True when every artifact exists with its length.</summary>
    public static async Task<bool> AllThereAsync(ArtifactStore store, IEnumerable<Artifact> artifacts, CancellationToken cancellationToken)
    {
        foreach (var folder in artifacts.GroupBy(artifact => artifact.Path[..(artifact.Path.LastIndexOf('/') + 1)]))
        {
            var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
            await foreach (var present in store.ListAsync(folder.Key, cancellationToken))
                lengths[present.Path] = present.Length;
            if (folder.Any(artifact => !lengths.TryGetValue(artifact.Path, out var length) || length != artifact.Length))
                return false;
        }
        return true;
    }
}
