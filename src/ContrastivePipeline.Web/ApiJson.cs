using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Web;

/// <summary>How answers are written.</summary>
internal static class ApiJson
{
    /// <summary>As records of runs are, but quotes and letters of all languages stand as they are: no answer is read as HTML.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    public static void Apply(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        // A training that diverged has no number for its loss, and JSON none for that.
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.RespectNullableAnnotations = true;
        foreach (var converter in WorkflowJson.Options.Converters)
            options.Converters.Add(converter);
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
