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
