using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>One spelling for every JSON value, so that equal inputs have equal fingerprints: the JSON Canonicalization Scheme (RFC 8785),
/// except that integers are written in full instead of being rounded to a double.</summary>
internal static class CanonicalJson
{
    /// <summary>Canonical text of a value, serialised as the workflow serialises it.</summary>
    /// <exception cref="ArgumentException">The value holds NaN or an infinity, which JSON does not have.</exception>
    public static string Of<T>(T value) => Of(WorkflowJson.ToElement(value));

    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(text, value);
                break;
            case JsonValueKind.Array:
                WriteSequence(text, '[', ']', value.EnumerateArray(), Write);
                break;
            case JsonValueKind.String:
                WriteString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetRawText()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement value) =>
        WriteSequence(text, '{', '}', value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal), (t, property) =>
        {
            WriteString(t, property.Name);
            t.Append(':');
            Write(t, property.Value);
        });

    private static void WriteSequence<T>(
        StringBuilder text, char open, char close, IEnumerable<T> items, Action<StringBuilder, T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            write(text, item);
        }
        text.Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    private static readonly SearchValues<char> FractionOrExponent = SearchValues.Create(".eE");

    private static string Number(string raw)
    {
        if (!raw.AsSpan().ContainsAny(FractionOrExponent))
            return raw == "-0" ? "0" : raw;
        var value = double.Parse(raw, CultureInfo.InvariantCulture);
        if (value == 0)
            return "0";

        // Shortest digits that read back as the same double, laid out as ECMAScript does (RFC 8785, 3.2.2.3).
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var whole = parts[0].Split('.')[0];
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimStart('0');
        var point = whole.Length - (digits.Length - significant.Length)
            + (parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0);
        return (value < 0 ? "-" : "") + Layout(significant.TrimEnd('0'), point);
    }

    /// <summary>Writes 0.digits × 10^point as ECMAScript's Number::toString does.</summary>
    private static string Layout(string digits, int point)
    {
        if (point is > 0 and <= 21)
            return digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0)
            return "0." + new string('0', -point) + digits;
        var exponent = point - 1;
        var mantissa = digits.Length == 1 ? digits : $"{digits[..1]}.{digits[1..]}";
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}";
    }
}

/// <summary>Hashes that are equal for equal work.</summary>
public static class Fingerprint
{
    /// <summary>SHA-256 of the canonical JSON of <c>{generation?, input, name, version}</c>, 64 lower-case hexadecimal digits.</summary>
    /// <param name="input">Its input, as <see cref="WorkflowJson.ToFingerprinted{T}"/> writes it.</param>
    /// <param name="generation">The cache generation; left out of the hash where it is empty.</param>
    public static string Of(string name, int version, JsonElement input, string generation = "")
    {
        var generationJson = generation.Length == 0 ? "" : $"\"generation\":{CanonicalJson.Of(generation)},";
        return Hash($"{{{generationJson}\"input\":{CanonicalJson.Of(input)},\"name\":{CanonicalJson.Of(name)},\"version\":{version}}}");
    }

    /// <summary>SHA-256 (lower-case hexadecimal) of canonical JSON without <see cref="Data.NotInFingerprintAttribute"/> values.</summary>
    public static string Of<T>(T value) => Hash(CanonicalJson.Of(WorkflowJson.ToFingerprinted(value)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
