using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Collects markup that is both HTML and well-formed XML.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _out = new();

    public void Write(MarkupHandler markup) => _out.Append(markup.ToMarkup().Html);

    public void Write(Markup markup) => _out.Append(markup.Html);

    public Markup ToMarkup() => new(_out.ToString());
}

/// <summary>Text that is markup already.</summary>
internal readonly record struct Markup(string Html)
{
    public static Markup None => new("");

    public static Markup Of(MarkupHandler markup) => markup.ToMarkup();

    public static Markup Join(IEnumerable<Markup> parts, string separator = "") => new(string.Join(separator, parts.Select(p => p.Html)));

    public override string ToString() => Html;
}

/// <summary>
/// The literal parts of an interpolated string are markup; what stands in its holes is text and is escaped, unless it is a
/// <see cref="Markup"/>. So no caption can become a tag. Characters that XML has no place for become U+FFFD.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct MarkupHandler
{
    private readonly StringBuilder _out;

    public MarkupHandler(int literalLength, int holes) => _out = new StringBuilder(literalLength + (16 * holes));

    public void AppendLiteral(string markup) => _out.Append(markup);

    public void AppendFormatted<T>(T value, string? format = null)
    {
        if (value is Markup markup)
            _out.Append(markup.Html);
        else if (value is IFormattable formattable)
            AppendText(formattable.ToString(format, CultureInfo.InvariantCulture));
        else
            AppendText(value?.ToString() ?? "");
    }

    public Markup ToMarkup() => new(_out.ToString());

    private void AppendText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                _out.Append(c).Append(text[++i]);
                continue;
            }
            _ = c switch
            {
                '&' => _out.Append("&amp;"),
                '<' => _out.Append("&lt;"),
                '>' => _out.Append("&gt;"),
                '"' => _out.Append("&quot;"),
                '\'' => _out.Append("&#39;"),
                '\t' or '\n' or '\r' => _out.Append(c),
                < ' ' or '\uFFFE' or '\uFFFF' => _out.Append('\uFFFD'),
                _ => _out.Append(char.IsSurrogate(c) ? '\uFFFD' : c),
            };
        }
    }
}
