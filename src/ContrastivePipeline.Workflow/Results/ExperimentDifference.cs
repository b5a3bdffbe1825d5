using System.Text.Encodings.Web;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Finds the settings in which experiments differ, defaults included, by their names in experiment files.</summary>
internal static class ExperimentDifference
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<SettingDifference> Of(IReadOnlyList<Experiment> experiments)
    {
        var settings = experiments.Select(SettingsOf).ToArray();
        return
        [
            .. settings.SelectMany(found => found.Keys).Distinct()
                .Select(path => new SettingDifference(path, [.. settings.Select(found => found.GetValueOrDefault(path))]))
                .Where(setting => setting.Values.Distinct().Skip(1).Any()),
        ];
    }

    /// <summary>All settings of an experiment by their paths, as JSON.</summary>
    public static Dictionary<string, string> SettingsOf(Experiment experiment)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten("", WorkflowJson.ToElement(experiment), found);
        return found;
    }

    private static void Flatten(string path, JsonElement value, Dictionary<string, string> found)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().Where(member => !path.EndsWith(']') || member.Name != "name"))
                    Flatten(Join(path, member.Name), member.Value, found);
                break;
            case JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object):
                // By name where there is one: a variant that stands elsewhere in its list is still the same variant.
                foreach (var (number, item) in value.EnumerateArray().Index())
                    Flatten($"{path}[{NameOf(item) ?? $"{number}"}]", item, found);
                break;
            case JsonValueKind.Null:
                break;
            default:
                found[path] = JsonSerializer.Serialize(value, Plain);
                break;
        }
    }

    private static string Join(string path, string name) => name switch
    {
        "objectives" => path,
        _ when path.Length == 0 => Word(name),
        _ => $"{path}.{Word(name)}",
    };

    // A record's names are the file's in another spelling.
    private static string Word(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static string? NameOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name) ? name.GetString() : null;
}
