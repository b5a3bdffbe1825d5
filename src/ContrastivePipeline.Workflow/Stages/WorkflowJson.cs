using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>How stage inputs and outputs, manifests and run records are written as JSON.</summary>
public static class WorkflowJson
{
    /// <summary>camelCase names, enumerations by name, missing or null constructor parameters refused.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    private static readonly JsonSerializerOptions Indented = Create(indented: true);

    private static readonly JsonSerializerOptions Fingerprinted = Create(indented: false, WithoutPlaces);

    /// <summary>A value as parsed JSON.</summary>
    /// <exception cref="ArgumentException">The value holds NaN or an infinity, which JSON cannot carry.</exception>
    public static JsonElement ToElement<T>(T value) => JsonSerializer.SerializeToElement(value, Options);

    /// <summary>A value as parsed JSON, without what is <see cref="NotInFingerprintAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The value holds NaN or an infinity, which JSON cannot carry.</exception>
    public static JsonElement ToFingerprinted<T>(T value) => JsonSerializer.SerializeToElement(value, Fingerprinted);

    /// <summary>Parsed JSON as a value.</summary>
    /// <exception cref="JsonException">The JSON is not such a value.</exception>
    public static T FromElement<T>(JsonElement element) =>
        element.Deserialize<T>(Options) ?? throw new JsonException($"The JSON holds null where a {typeof(T).Name} is needed.");

    /// <summary>A document for people and programs: indented UTF-8.</summary>
    public static byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Indented);

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">The content is not such a document.</exception>
    public static T FromBytes<T>(ReadOnlySpan<byte> content) =>
        JsonSerializer.Deserialize<T>(content, Options) ?? throw new JsonException($"The document is not a {typeof(T).Name}.");

    private static void WithoutPlaces(JsonTypeInfo type)
    {
        var places = type.Properties.Where(p => p.AttributeProvider?.IsDefined(typeof(NotInFingerprintAttribute), true) == true);
        foreach (var property in places)
            property.ShouldSerialize = (_, _) => false;
    }

    private static JsonSerializerOptions Create(bool indented, Action<JsonTypeInfo>? modifier = null)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            AllowOutOfOrderMetadataProperties = true,
            RespectRequiredConstructorParameters = true,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        if (modifier is not null)
            options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { modifier } };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
