using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContrastivePipeline.Web.Api;

/// <summary>Quarantined rows as a CSV file (RFC 4180, LF line ends), written as they are read: a million of them take no memory.</summary>
/// <param name="fileName">What a browser saves it as.</param>
internal sealed class QuarantineCsv(IAsyncEnumerable<QuarantineRow> rows, string fileName) : IResult
{
    public const string MediaType = "text/csv";

    private const string Head = "file,row,column,reason,detail,content\n";
    private const int FlushedCharacters = 64 << 10;

    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = $"{MediaType}; charset=utf-8";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        response.Headers.ContentDisposition = disposition.ToString();
        var text = new StringBuilder(Head);
        await foreach (var row in rows.WithCancellation(context.RequestAborted))
        {
            string[] fields = [row.File, row.Row.ToString(CultureInfo.InvariantCulture), row.Column, row.Reason, row.Detail, row.Content];
            text.AppendJoin(',', fields.Select(Quote)).Append('\n');
            if (text.Length < FlushedCharacters)
                continue;
            await response.WriteAsync(text.ToString(), context.RequestAborted);
            text.Clear();
        }
        await response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
