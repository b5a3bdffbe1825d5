using System.Text.Json;
using System.Text.Json.Serialization;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Shards;

/// <summary>How manifests and other accounts of datasets are written.</summary>
internal static class DatasetJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        // '{}' is JSON and no manifest.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Reads a blob.</summary>
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
