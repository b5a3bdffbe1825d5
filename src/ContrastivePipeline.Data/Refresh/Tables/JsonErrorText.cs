using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>What is wrong with JSON, without what only programmers of .NET can use.</summary>
internal static partial class JsonErrorText
{
    /// <summary>The message, and where it is in the line.</summary>
    public static string Of(JsonException error)
    {
        var what = Noise().Replace(error.Message, "").TrimEnd(' ', '.');
        return error.BytePositionInLine is { } at ? $"{what} (byte {at + 1} of the line)." : $"{what}.";
    }

    // The reader is given one line, so its line number is always 0.
    [GeneratedRegex(@" ?(Path: \S+ \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.?| ?Change the reader options\.?| in this mode| when AllowDuplicateProperties is false")]
    private static partial Regex Noise();
}
