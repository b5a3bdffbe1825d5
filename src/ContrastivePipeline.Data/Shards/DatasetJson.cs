using System.Text.Json;

namespace ContrastivePipeline.Data.Shards;

/// <summary>How manifests are written.</summary>
internal static class DatasetJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };
}
