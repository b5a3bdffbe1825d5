using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Shards;

/// <summary>JSON of manifests and other records of datasets.</summary>
internal static class DatasetJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        // '{}' is JSON but no manifest: missing members are errors.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Deserialises a blob; <paramref name="what"/> names its kind in messages.</summary>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public static T Parse<T>(StoredBlob blob, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(blob.Content, Options)
                ?? throw new InvalidDataException($"{blob.Path} holds null instead of a {what}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{blob.Path} is no {what}: {error.Message}", error);
        }
    }
}
