using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>
/// Razor components as HTML that stands still. It is well-formed XML too, and the same parameters always give the same text.
/// </summary>
internal static partial class HtmlDocuments
{
    private static readonly ServiceProvider Services =
        new ServiceCollection().AddSingleton<HtmlEncoder>(new MarkupEncoder()).BuildServiceProvider();

    /// <summary>Renders a component: a whole document, or a part of one.</summary>
    /// <param name="parameters">Its parameters by name.</param>
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
