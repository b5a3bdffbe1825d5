using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContrastivePipeline.Web.Api.Artifacts;

/// <summary>The part of an artifact that a request wants.</summary>
/// <param name="From">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ByteRange(long From, long Length)
{
    /// <summary>Reads <c>Range</c> and <c>If-Range</c> as RFC 9110, section 14, has them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="etag">The artifact's.</param>
    /// <param name="length">Length of the artifact.</param>
    /// <returns>
    /// Null for all of it: no range is asked for, or of another version, or in units other than bytes, or several at once, which a server may ignore.
    /// </returns>
    /// <exception cref="ApiException">The range cannot be read (400) or lies outside of the artifact (416).</exception>
    public static ByteRange? Of(HttpRequest request, EntityTagHeaderValue etag, long length)
    {
        var header = request.Headers.Range.ToString();
        if (header.Length == 0 || !HttpMethods.IsGet(request.Method) || !IsOfThisVersion(request, etag))
            return null;
        if (!RangeHeaderValue.TryParse(header, out var range))
            throw new ApiException(Problem.BadRequest("The header Range cannot be read; write 'bytes=FIRST-LAST', 'bytes=FIRST-' or 'bytes=-COUNT'."));
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
            : throw new ApiException(Problem.OfStatus(StatusCodes.Status416RangeNotSatisfiable, $"The artifact has {length} bytes; the range lies outside of them."));
    }

    private static bool IsOfThisVersion(HttpRequest request, EntityTagHeaderValue etag)
    {
        var condition = request.Headers.IfRange.ToString();
        // Without a modification date, a date matches nothing.
        return condition.Length == 0 || (EntityTagHeaderValue.TryParse(condition, out var asked) && asked.Compare(etag, useStrongComparison: true));
    }
}
