using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContrastivePipeline.Web.Api;

/// <summary>
/// An artifact as an answer: its bytes as they come from the store, its SHA-256 as a strong entity tag, conditions, one range. The
/// length always goes ahead, and the last bytes follow only when all before them were found to be right, so that neither a store that
/// goes away nor a damaged blob can look like a whole answer.
/// </summary>
/// <param name="fileName">What a browser saves it as; null to show it.</param>
/// <param name="policy">What a browser may do with it.</param>
internal sealed class ArtifactAnswer(ArtifactStore store, Artifact artifact, string mediaType, string? fileName, string policy) : IResult
{
    /// <summary>Nothing is run, nothing is fetched.</summary>
    public const string NoScripts = "default-src 'none'; sandbox; frame-ancestors 'none'";

    private const int ChunkLength = 128 << 10;

    public async Task ExecuteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var etag = new EntityTagHeaderValue($"\"{artifact.Sha256}\"");
        if (request.Headers.IfMatch.Count > 0 && !Names(request.Headers.IfMatch.ToString(), etag, strong: true))
            throw new ApiException(Problem.OfStatus(412, "The artifact is not, or no longer, the one that If-Match names."));
        response.Headers.ETag = etag.ToString();
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentSecurityPolicy = policy;
        if (request.Headers.IfNoneMatch.Count > 0 && Names(request.Headers.IfNoneMatch.ToString(), etag, strong: false))
        {
            response.StatusCode = 304;
            return;
        }

        var range = RangeOf(request, response, etag);
        var (from, length) = range is { } part ? (part.From, part.Length) : (0, artifact.Length);
        if (HttpMethods.IsHead(request.Method))
        {
            Describe(response, range, length);
            return;
        }
        // Before the headers, so that a store that is away is an answer and not a broken one.
        await using var content = await store.OpenReadAsync(artifact, from, length, context.RequestAborted);
        Describe(response, range, length);
        await CopyAsync(content, response.Body, context.RequestAborted);
    }

    private ByteRange? RangeOf(HttpRequest request, HttpResponse response, EntityTagHeaderValue etag)
    {
        try
        {
            return ByteRange.Of(request, etag, artifact.Length);
        }
        catch (ApiException e) when (e.Problem.Status == 416)
        {
            response.Headers.ContentRange = $"bytes */{artifact.Length}";
            throw;
        }
    }

    private void Describe(HttpResponse response, ByteRange? range, long length)
    {
        response.ContentType = mediaType;
        response.ContentLength = length;
        if (fileName is not null)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(fileName);
            response.Headers.ContentDisposition = disposition.ToString();
        }
        if (range is { } part)
        {
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {part.From}-{part.From + part.Length - 1}/{artifact.Length}";
        }
    }

    private static async Task CopyAsync(Stream content, Stream body, CancellationToken cancellationToken)
    {
        var (ready, next) = (ArrayPool<byte>.Shared.Rent(ChunkLength), ArrayPool<byte>.Shared.Rent(ChunkLength));
        try
        {
            // A chunk goes out when the read after it has succeeded: the one that finds the end is the one that verifies.
            for (var held = await content.ReadAsync(ready, cancellationToken); held > 0;)
            {
                var read = await content.ReadAsync(next, cancellationToken);
                await body.WriteAsync(ready.AsMemory(0, held), cancellationToken);
                (ready, next, held) = (next, ready, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ready);
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    private static bool Names(string header, EntityTagHeaderValue etag, bool strong) =>
        EntityTagHeaderValue.TryParseList([header], out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, strong));
}

/// <summary>The part of an artifact that a request wants: the first byte and the number of bytes.</summary>
internal readonly record struct ByteRange(long From, long Length)
{
    /// <summary>Reads <c>Range</c> and <c>If-Range</c> of a request for so many bytes as RFC 9110, section 14, has them.</summary>
    /// <returns>
    /// Null for all of it: no range is asked for, or of another version, or in units other than bytes, or several at once, which a
    /// server may ignore.
    /// </returns>
    /// <exception cref="ApiException">The range cannot be read (400) or lies outside of the artifact (416).</exception>
    public static ByteRange? Of(HttpRequest request, EntityTagHeaderValue etag, long length)
    {
        var header = request.Headers.Range.ToString();
        if (header.Length == 0 || !HttpMethods.IsGet(request.Method) || !IsOfThisVersion(request, etag))
            return null;
        if (!RangeHeaderValue.TryParse(header, out var range))
        {
            throw new ApiException(Problem.BadRequest(
                "The header Range cannot be read; write 'bytes=FIRST-LAST', 'bytes=FIRST-' or 'bytes=-COUNT'."));
        }
        if (!range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) || range.Ranges.Count != 1)
            return null;
        var (from, to) = range.Ranges.Single() switch
        {
            { From: { } first, To: var last } => (first, Math.Min(last ?? long.MaxValue, length - 1)),
            { To: { } count } => (length - Math.Min(count, length), length - 1),
            _ => (length, length),
        };
        return from < length && from <= to
            ? new ByteRange(from, to - from + 1)
            : throw new ApiException(Problem.OfStatus(416, $"The artifact has {length} bytes; the range lies outside of them."));
    }

    private static bool IsOfThisVersion(HttpRequest request, EntityTagHeaderValue etag)
    {
        var condition = request.Headers.IfRange.ToString();
        // Without a modification date, a date matches nothing.
        return condition.Length == 0
            || (EntityTagHeaderValue.TryParse(condition, out var asked) && asked.Compare(etag, useStrongComparison: true));
    }
}
