using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>As much of JSON Schema as the experiment schema uses; refuses keywords that it does not know.</summary>
internal static class JsonSchemaCheck
{
    public static IEnumerable<string> Errors(JsonNode? value, JsonObject schema, string path = "$") =>
        schema.SelectMany(keyword => Errors(value, schema, keyword.Key, keyword.Value!, path));

    private static IEnumerable<string> Errors(JsonNode? value, JsonObject schema, string keyword, JsonNode rule, string path)
    {
        var number = value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? value.GetValue<double>()
            : double.NaN;
        var text = value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : null;
        return keyword switch
        {
            "$schema" or "title" or "description" => [],
            "type" => When(!IsType(value, rule.GetValue<string>()), $"{path} is no {rule}"),
            "const" => When(!JsonNode.DeepEquals(value, rule), $"{path} is not {rule}"),
            "enum" => When(!rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)), $"{path} is none of {rule}"),
            "minimum" => When(number < rule.GetValue<double>(), $"{path} < {rule}"),
            "maximum" => When(number > rule.GetValue<double>(), $"{path} > {rule}"),
            "exclusiveMinimum" => When(number <= rule.GetValue<double>(), $"{path} <= {rule}"),
            "exclusiveMaximum" => When(number >= rule.GetValue<double>(), $"{path} >= {rule}"),
            "minLength" => When(text?.Length < rule.GetValue<int>(), $"{path} is too short"),
            "maxLength" => When(text?.Length > rule.GetValue<int>(), $"{path} is too long"),
            "pattern" => When(text is not null && !Regex.IsMatch(text, rule.GetValue<string>()), $"{path} does not match {rule}"),
            "required" => value is JsonObject o
                ? rule.AsArray().Where(key => !o.ContainsKey(key!.GetValue<string>())).Select(key => $"{path}.{key} is missing")
                : [],
            "properties" => value is JsonObject o
                ? rule.AsObject().Where(p => o.ContainsKey(p.Key)).SelectMany(p => Errors(o[p.Key], p.Value!.AsObject(), $"{path}.{p.Key}"))
                : [],
            "additionalProperties" => value is JsonObject o ? Additional(o, schema, rule, path) : [],
            "minProperties" => When(value is JsonObject o && o.Count < rule.GetValue<int>(), $"{path} has too few keys"),
            "maxProperties" => When(value is JsonObject o && o.Count > rule.GetValue<int>(), $"{path} has too many keys"),
            "minItems" => When(value is JsonArray a && a.Count < rule.GetValue<int>(), $"{path} is too short"),
            "uniqueItems" => When(
                value is JsonArray a && a.Select(item => item!.ToJsonString()).Distinct().Count() != a.Count, $"{path} repeats itself"),
            "items" => value is JsonArray a ? a.SelectMany((item, i) => Errors(item, rule.AsObject(), $"{path}[{i}]")) : [],
            "oneOf" => When(
                rule.AsArray().Count(option => !Errors(value, option!.AsObject(), path).Any()) != 1,
                $"{path} matches not exactly one shape"),
            _ => throw new NotSupportedException($"The check does not know '{keyword}'."),
        };
    }

    private static IEnumerable<string> Additional(JsonObject value, JsonObject schema, JsonNode rule, string path)
    {
        var declared = schema["properties"]?.AsObject();
        return value.Where(p => declared?.ContainsKey(p.Key) != true).SelectMany(p =>
            rule is JsonObject inner ? Errors(p.Value, inner, $"{path}.{p.Key}")
            : When(!rule.GetValue<bool>(), $"{path}.{p.Key} is unknown"));
    }

    private static bool IsType(JsonNode? value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        "integer" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && double.IsInteger(value.GetValue<double>()),
        _ => throw new NotSupportedException(type),
    };

    private static IEnumerable<string> When(bool wrong, string error) => wrong ? [error] : [];
}
