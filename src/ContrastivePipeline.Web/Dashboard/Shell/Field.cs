using ContrastivePipeline.Reporting.Html;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>Form fields, each with its label.</summary>
internal static class Field
{
    /// <summary>A choice from a list.</summary>
    public static Markup Select(string id, string name, string label, IEnumerable<(string Value, string Title)> options, string chosen = "", string? hint = null) => Markup.Of($"""
        <div class="field"><label for="{id}">{label}</label>
        <select id="{id}" name="{name}"{Described(id, hint)}>{Markup.Join(options.Select(o => Option(o.Value, o.Title, o.Value == chosen)))}</select>{Hint(id, hint)}</div>
        """);

    /// <summary>A line of text.</summary>
    public static Markup Text(string id, string name, string label, string value = "", string? hint = null, string attributes = "") => Markup.Of($"""
        <div class="field"><label for="{id}">{label}</label>
        <input id="{id}" name="{name}" value="{value}" autocomplete="off"{Described(id, hint)} {new Markup(attributes)} />{Hint(id, hint)}</div>
        """);

    /// <summary>A file.</summary>
    public static Markup File(string id, string name, string label, string accept, string? hint = null) => Markup.Of($"""
        <div class="field"><label for="{id}">{label}</label>
        <input type="file" id="{id}" name="{name}" accept="{accept}" required="required"{Described(id, hint)} />{Hint(id, hint)}</div>
        """);

    private static Markup Option(string value, string title, bool chosen) =>
        Markup.Of($"<option value=\"{value}\"{new Markup(chosen ? " selected=\"selected\"" : "")}>{title}</option>");

    private static Markup Described(string id, string? hint) => hint is null ? Markup.None : Markup.Of($" aria-describedby=\"{id}-hint\"");

    private static Markup Hint(string id, string? hint) => hint is null ? Markup.None : Markup.Of($"<small id=\"{id}-hint\" class=\"hint\">{hint}</small>");
}
