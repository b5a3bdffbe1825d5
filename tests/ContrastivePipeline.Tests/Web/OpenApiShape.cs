using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContrastivePipeline.Tests.Web;

/// <summary>As much of OpenAPI 3.1's schemas as the document uses. Stricter than they are: a key that is not declared is an error.</summary>
internal static class OpenApiShape
{
    public static IEnumerable<string> Errors(JsonNode? value, JsonObject schema, JsonObject document, string path)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return Errors(value, document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject(), document, path);
        if (schema["oneOf"] is JsonArray options)
        {
            return options.Any(option => !Errors(value, option!.AsObject(), document, path).Any()) ? []
                : [$"{path} has none of the promised shapes: {value?.ToJsonString()}"];
        }
        if (schema["type"] is { } types && !AsList(types).Any(type => IsType(value, type)))
            return [$"{path} is {value?.ToJsonString() ?? "null"} and no {types.ToJsonString()}"];
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            return [$"{path} is none of {words.ToJsonString()}"];
        return value switch
        {
            JsonArray array when schema["items"] is JsonObject items =>
                array.SelectMany((item, i) => Errors(item, items, document, $"{path}[{i}]")),
            JsonObject o => ErrorsOf(o, schema, document, path),
            _ => [],
        };
    }

    private static IEnumerable<string> ErrorsOf(JsonObject value, JsonObject schema, JsonObject document, string path)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        foreach (
            var key in (schema["required"]?.AsArray() ?? []).Select(key => key!.GetValue<string>()).Where(key => !value.ContainsKey(key)))
        {
            yield return $"{path}.{key} is missing";
        }

        foreach (var (key, inner) in value)
        {
            var declared = properties[key] ?? schema["additionalProperties"];
            if (declared is not JsonObject shape)
            {
                yield return $"{path}.{key} is not declared";
            }
            else
            {
                foreach (var error in Errors(inner, shape, document, $"{path}.{key}"))
                    yield return error;
            }
        }
    }

    private static IEnumerable<string> AsList(JsonNode types) => types is JsonArray many ? many.Select(type => type!.GetValue<string>())
        : [types.GetValue<string>()];

    private static bool IsType(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && double.IsInteger(value.GetValue<double>()),
        _ => throw new NotSupportedException(type),
    };
}
