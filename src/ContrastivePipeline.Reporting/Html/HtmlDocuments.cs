using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Razor components as HTML that stands still. It is well-formed XML too, and the same parameters always give the same
/// text.</summary>
internal static partial class HtmlDocuments
{
    private static readonly ServiceProvider Services =
        new ServiceCollection().AddSingleton<HtmlEncoder>(new MarkupEncoder()).BuildServiceProvider();

    /// <summary>Renders a component: a whole document, or a part of one.</summary>
    public static async Task<string> RenderAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(Services, NullLoggerFactory.Instance);
        string html = await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        return OpenVoidElement().Replace(html, "<$1$2 />");
    }

    // The compiler of components drops the slash of an element that has no content.
    [GeneratedRegex("""<(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)((?:\s+[^\s<>"=/]+(?:="[^"]*")?)*)\s*>""")]
    private static partial Regex OpenVoidElement();
}

/// <summary>Escapes what HTML and XML give a meaning, and nothing else, so that pages in any script stay readable. Characters that XML has
/// no place for become U+FFFD.</summary>
internal sealed unsafe class MarkupEncoder : HtmlEncoder
{
    public override int MaxOutputCharactersPerInputCharacter => "&quot;".Length;

    public override bool WillEncode(int unicodeScalar) => Replacement(unicodeScalar) is not null;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        while (Rune.DecodeFromUtf16(rest, out var rune, out int length) == OperationStatus.Done && !WillEncode(rune.Value))
            rest = rest[length..];
        return rest.IsEmpty ? -1 : textLength - rest.Length;
    }

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
