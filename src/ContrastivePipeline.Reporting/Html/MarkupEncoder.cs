using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>
/// Escapes what HTML and XML give a meaning, and nothing else, so that pages in any script stay readable. Characters that XML has no place
/// for become U+FFFD.
/// </summary>
internal sealed unsafe class MarkupEncoder : HtmlEncoder
{
    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => "&quot;".Length;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => Replacement(unicodeScalar) is not null;

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        while (Rune.DecodeFromUtf16(rest, out var rune, out int length) == OperationStatus.Done && !WillEncode(rune.Value))
            rest = rest[length..];
        return rest.IsEmpty ? -1 : textLength - rest.Length;
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        string text = Replacement(unicodeScalar) ?? new Rune(unicodeScalar).ToString();
        bool fits = text.TryCopyTo(new Span<char>(buffer, bufferLength));
        numberOfCharactersWritten = fits ? text.Length : 0;
        return fits;
    }

    private static string? Replacement(int unicodeScalar) => unicodeScalar switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '\t' or '\n' or '\r' => null,
        < ' ' or 0xFFFE or 0xFFFF => "\uFFFD",
        _ => null,
    };
}
