using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Finds the artifacts that a stage's input or output names, at any depth.</summary>
internal static class NamedArtifacts
{
    /// <summary>Every artifact in a value, in the value's order, with the name of the property that holds it.</summary>
    public static IEnumerable<(string Property, Artifact Artifact)> In(JsonElement value) =>
        Objects(value, "").Where(o => IsArtifact(o.Value)).Select(o => (o.Property, WorkflowJson.FromElement<Artifact>(o.Value)));

    /// <summary>Every object in a value, itself included, with the name of the property that holds it or its array.</summary>
    public static IEnumerable<(string Property, JsonElement Value)> Objects(JsonElement value, string property = "")
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var found in value.EnumerateArray().SelectMany(item => Objects(item, property)))
                yield return found;
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            yield return (property, value);
            foreach (var found in value.EnumerateObject().SelectMany(member => Objects(member.Value, member.Name)))
                yield return found;
        }
    }

    private static bool IsArtifact(JsonElement value) =>
        value.TryGetProperty("sha256", out _) && value.TryGetProperty("path", out _) && value.TryGetProperty("length", out _);
}

/// <summary>Checks that the artifacts that a stage's output names still exist, without reading them.</summary>
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

/// <summary>Removes artifacts whose content is not what was written. A stage whose artifact is gone is not done any more: the next run that
/// needs it makes it again, at the same path and, where the stage is deterministic, with the same bytes.</summary>
internal static class DamagedArtifacts
{
    /// <summary>Reads an artifact again and deletes the blob if it is damaged; never one that was written in the meantime.</summary>
    /// <returns>False where the content is right now.</returns>
    public static async Task<bool> TryRemoveAsync(ArtifactStore store, Artifact artifact, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(artifact.Path, cancellationToken) is not { } entry)
            return true;
        try
        {
            await using var content = await store.OpenReadAsync(artifact, cancellationToken: cancellationToken);
            await content.CopyToAsync(Stream.Null, cancellationToken);
            return false;
        }
        catch (StoreException damaged) when (damaged is ArtifactCorruptException or ArtifactMissingException)
        {
            await store.TryDeleteAsync(entry, cancellationToken);
            return true;
        }
    }
}
