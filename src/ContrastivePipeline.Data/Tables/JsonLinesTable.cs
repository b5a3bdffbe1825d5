using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ContrastivePipeline.Data.Tables;

/// <summary>JSON lines: one object per line. The keys of the first one name the table's columns; others may leave out or add optional
/// ones.</summary>
internal sealed class JsonLinesTable : ICaptionTable
{
    private readonly string _name;
    private readonly ByteLines _lines;

    public JsonLinesTable(ByteLines lines, string name)
    {
        (_lines, _name) = (lines, name);
        Columns = FindColumns();
    }

    public CaptionColumns Columns { get; }

    public async IAsyncEnumerable<TableRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (_lines.Next() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsBlank(line))
                continue;
            var fields = Read(line, out var fault);
            yield return TableRow.Of(line.Number, TableText.DecodeWithEscapes(line.Bytes), fields, fault);
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }

    // Lines before the first object are given back, to be quarantined one by one.
    private CaptionColumns FindColumns()
    {
        var head = new List<ByteLine>();
        try
        {
            while (_lines.Next() is { } line)
            {
                head.Add(line);
                if (IsBlank(line) || JsonLine.Parse(line, out _) is not { } json)
                    continue;
                using (json)
                {
                    return CaptionColumns.Find($"{_name}, line {line.Number}", [.. Keys(json.RootElement)]);
                }
            }
        }
        finally
        {
            _lines.Return(head);
        }

        var first = head.Find(line => !IsBlank(line));
        SourceFault? fault = null;
        if (first is not null)
            JsonLine.Parse(first, out fault);

        throw new SourceException(first is null
            ? $"{_name} is empty; it should have one JSON object per line."
            : $"{_name}: no line is a JSON object. Line {first.Number}: {fault?.Detail}" +
                (IsIndented(first)
                    ? " A file has one object per line, without an array around them (jq -c '.[]' makes lines of one)."
                    : ""));
    }

    private CaptionFields? Read(ByteLine line, out SourceFault? fault)
    {
        using var json = JsonLine.Parse(line, out fault);
        if (json is null)
            return null;
        var texts = new string?[Enum.GetValues<CaptionField>().Length];
        var seen = new HashSet<CaptionField>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (CaptionColumns.FieldOf(property.Name) is not { } field || (Columns.Has(field) && !IsCalled(field, property.Name)))
            {
                fault = new SourceFault(property.Name, "unknown-column",
                    $"The object has the key '{property.Name}', which the first object of the table does not have; " +
                    "use the same keys in all.");
                return null;
            }

            if (!seen.Add(field))
            {
                fault = new SourceFault(property.Name, "repeated-key",
                    $"The object has '{property.Name}' in two spellings; keep one of them.");
                return null;
            }

            fault = ReadValue(property, field, out texts[(int)field]);
            if (fault is not null)
                return null;
        }

        return CaptionFields.From(field => texts[(int)field]);
    }

    private bool IsCalled(CaptionField field, string name) => Columns.NameOf(field).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static SourceFault? ReadValue(JsonProperty property, CaptionField field, out string? text)
    {
        (text, var isRight) = property.Value.ValueKind switch
        {
            JsonValueKind.Null => (null, true),
            JsonValueKind.String => (property.Value.GetString(), true),
            // Identifiers of media may be numbers.
            JsonValueKind.Number when field is CaptionField.Media or CaptionField.CaptionIndex =>
                (NumberText.Of(property.Value.GetRawText()), true),
            _ => (null, false),
        };
        return isRight ? null : new SourceFault(
            property.Name, "wrong-type", $"The value of '{property.Name}' is {KindOf(property.Value.ValueKind)}; write a string" +
                (field == CaptionField.Caption && property.Value.ValueKind == JsonValueKind.Array
                    ? ", and a line for each caption."
                    : "."));
    }

    private static string KindOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a JSON array",
        JsonValueKind.Object => "a JSON object",
        JsonValueKind.Number => "a JSON number",
        _ => "true or false",
    };

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private static bool IsIndented(ByteLine line) => line.Bytes.AsSpan().TrimStart(" \t"u8) is [(byte)'[' or (byte)'{', ..];

    private static bool IsBlank(ByteLine line) => line.Bytes.AsSpan().IndexOfAnyExcept(" \t"u8) < 0;
}
