using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContrastivePipeline.Web;

/// <summary>Bodies of requests, with limits of their own whatever the host's are.</summary>
internal static class RequestBody
{
    /// <summary>The media type of a body, in lower case and without parameters; empty where the request does not say.</summary>
    public static string MediaType(this HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.ToString().ToLowerInvariant() : "";

    /// <summary>Reads a body into memory.</summary>
    /// <exception cref="ApiException">It is longer than the limit (413).</exception>
    public static async Task<byte[]> ReadAsync(this HttpRequest request, int longest, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await CopyAsync(request, content, longest, cancellationToken);
        return content.ToArray();
    }

    /// <summary>Reads a body into a file.</summary>
    /// <exception cref="ApiException">It is longer than the limit (413).</exception>
    public static async Task SaveAsync(this HttpRequest request, string file, long longest, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        await CopyAsync(request, content, longest, cancellationToken);
    }

    private static async Task CopyAsync(HttpRequest request, Stream target, long longest, CancellationToken cancellationToken)
    {
        if (request.ContentLength > longest)
            throw TooLong(longest);
        var buffer = new byte[64 << 10];
        long total = 0;
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if ((total += read) > longest)
                throw TooLong(longest);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static ApiException TooLong(long longest) =>
        new(Problem.OfStatus(413, $"The body is longer than {longest:N0} bytes."));
}
