using System.Runtime.CompilerServices;
using System.Text.Json;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Data.Sources.Pairs;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>JSON lines: an object a line. The keys of the first one name the table's columns; others may leave out or add optional ones.</summary>
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
            if (IsBlank(line)) continue;
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
                if (IsBlank(line) || Parse(line, out _) is not { } json) continue;
                using (json)
                    return CaptionColumns.Find($"{_name}, line {line.Number}", [.. Keys(json.RootElement)]);
            }
        }
        finally
        {
            _lines.Return(head);
        }

        var first = head.Find(line => !IsBlank(line));
        SourceFault? fault = null;
        if (first is not null) Parse(first, out fault);
        throw new SourceException(first is null
            ? $"{_name} is empty; it should have a JSON object a line."
            : $"{_name}: no line is a JSON object. Line {first.Number}: {fault?.Detail}" +
                (IsIndented(first) ? " A file has one object a line, without an array around them (jq -c '.[]' makes lines of one)." : ""));
    }

    private CaptionFields? Read(ByteLine line, out SourceFault? fault)
    {
        using var json = Parse(line, out fault);
        if (json is null) return null;
        var texts = new string?[Enum.GetValues<CaptionField>().Length];
        var seen = new HashSet<CaptionField>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (CaptionColumns.FieldOf(property.Name) is not { } field || (Columns.Has(field) && !IsCalled(field, property.Name)))
            {
                fault = new SourceFault(property.Name, "unknown-column",
                    $"The object has the key '{property.Name}', which the first object of the table does not have; use the same keys in all.");
                return null;
            }

            if (!seen.Add(field))
            {
                fault = new SourceFault(property.Name, "repeated-key", $"The object has '{property.Name}' in two spellings; keep one of them.");
                return null;
            }

            fault = ReadValue(property, field, out texts[(int)field]);
            if (fault is not null) return null;
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
            JsonValueKind.Number when field is CaptionField.Media or CaptionField.CaptionIndex => (NumberText.Of(property.Value.GetRawText()), true),
            _ => (null, false),
        };
        return isRight ? null : new SourceFault(
            property.Name, "wrong-type", $"The value of '{property.Name}' is {KindOf(property.Value.ValueKind)}; write a string" +
                (field == CaptionField.Caption && property.Value.ValueKind == JsonValueKind.Array ? ", and a line for each caption." : "."));
    }

    private static string KindOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a JSON array",
        JsonValueKind.Object => "a JSON object",
        JsonValueKind.Number => "a JSON number",
        _ => "true or false",
    };

    private static JsonDocument? Parse(ByteLine line, out SourceFault? fault)
    {
        fault = line.IsCut ? Cut(line)
            : TableText.TryDecode(line.Bytes) is null ? new SourceFault("", "invalid-utf8", "The line is not UTF-8; save the table as UTF-8.")
            : null;
        if (fault is not null) return null;
        try
        {
            var json = JsonDocument.Parse(line.Bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind == JsonValueKind.Object && !HasLoneSurrogate(json.RootElement)) return json;
            fault = json.RootElement.ValueKind == JsonValueKind.Object
                ? new SourceFault("", "invalid-utf8", "A text of the line has half of a surrogate pair; write whole characters.")
                : new SourceFault("", "not-json", "The line is no JSON object; write {\"media_id\": …, \"caption\": …} on one line.");
            json.Dispose();
        }
        catch (JsonException error)
        {
            fault = new SourceFault("", "not-json", $"The line is no JSON object: {JsonErrorText.Of(error)}");
        }

        return null;
    }

    private static SourceFault Cut(ByteLine line)
    {
        var reader = new Utf8JsonReader(line.Bytes, isFinalBlock: false, default);
        string? key = null;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1) key = reader.GetString();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // What is before the cut is damaged too: then the length is all that can be reported.
        }

        var isCaption = key is not null && CaptionColumns.FieldOf(key) == CaptionField.Caption;
        return new SourceFault(isCaption ? key! : "", isCaption ? FieldChecks.LongCaption : DelimitedRecords.RowTooLong,
            $"The row has {line.Length:N0} bytes, more than {ByteLines.MaxLength:N0}; shorten it.");
    }

    // "\ud800" is valid JSON and no text.
    private static bool HasLoneSurrogate(JsonElement element)
    {
        try
        {
            foreach (var property in element.EnumerateObject())
            {
                _ = property.Name;
                if (property.Value.ValueKind == JsonValueKind.String) property.Value.GetString();
            }

            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private static bool IsIndented(ByteLine line) => line.Bytes.AsSpan().TrimStart(" \t"u8) is [(byte)'[' or (byte)'{', ..];

    private static bool IsBlank(ByteLine line) => line.Bytes.AsSpan().IndexOfAnyExcept(" \t"u8) < 0;
}
