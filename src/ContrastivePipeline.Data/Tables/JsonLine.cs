using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Tables;

/// <summary>Parses one line of a JSON lines table.</summary>
internal static partial class JsonLine
{
    /// <summary>The line's object, or null and what is wrong with it.</summary>
    public static JsonDocument? Parse(ByteLine line, out SourceFault? fault)
    {
        fault = line.IsCut ? Cut(line)
            : TableText.TryDecode(line.Bytes) is null
                ? new SourceFault("", "invalid-utf8", "The line is not UTF-8; save the table as UTF-8.")
            : null;
        if (fault is not null)
            return null;
        try
        {
            var json = JsonDocument.Parse(line.Bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind == JsonValueKind.Object && !HasLoneSurrogate(json.RootElement))
                return json;
            fault = json.RootElement.ValueKind == JsonValueKind.Object
                ? new SourceFault("", "invalid-utf8", "A text of the line has half of a surrogate pair; write whole characters.")
                : new SourceFault("", "not-json", "The line is no JSON object; write {\"media_id\": …, \"caption\": …} on one line.");
            json.Dispose();
        }
        catch (JsonException error)
        {
            fault = new SourceFault("", "not-json", $"The line is no JSON object: {Explain(error)}");
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
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                    key = reader.GetString();
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
                if (property.Value.ValueKind == JsonValueKind.String)
                    property.Value.GetString();
            }

            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    // The message and where it is in the line, without what only programmers of .NET can use.
    private static string Explain(JsonException error)
    {
        var what = Noise().Replace(error.Message, "").TrimEnd(' ', '.');
        return error.BytePositionInLine is { } at ? $"{what} (byte {at + 1} of the line)." : $"{what}.";
    }

    // The reader is given one line, so its line number is always 0.
    [GeneratedRegex(@" ?(Path: \S+ \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.?" +
        @"| ?Change the reader options\.?| in this mode| when AllowDuplicateProperties is false")]
    private static partial Regex Noise();
}
