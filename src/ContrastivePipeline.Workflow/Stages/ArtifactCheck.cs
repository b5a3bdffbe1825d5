using System.Text.Json;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Looks whether the artifacts that a stage's output names are still there, without reading them.</summary>
internal static class ArtifactCheck
{
    /// <summary>True when every artifact in the output exists with its length. Damage inside is found when it is read.</summary>
    public static async Task<bool> AllThereAsync(ArtifactStore store, JsonElement output, CancellationToken cancellationToken)
    {
        var named = new List<Artifact>();
        Collect(output, named);
        foreach (var folder in named.GroupBy(artifact => artifact.Path[..(artifact.Path.LastIndexOf('/') + 1)]))
        {
            var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
            await foreach (var present in store.ListAsync(folder.Key, cancellationToken))
                lengths[present.Path] = present.Length;
            if (folder.Any(artifact => !lengths.TryGetValue(artifact.Path, out var length) || length != artifact.Length))
                return false;
        }
        return true;
    }

    private static void Collect(JsonElement value, List<Artifact> found)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
                Collect(item, found);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            if (value.TryGetProperty("sha256", out _) && value.TryGetProperty("path", out _) && value.TryGetProperty("length", out _))
                found.Add(WorkflowJson.FromElement<Artifact>(value));
            foreach (var property in value.EnumerateObject())
                Collect(property.Value, found);
        }
    }
}
