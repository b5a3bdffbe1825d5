namespace ContrastivePipeline.Reporting.Html;

/// <summary>What may be wider than its reader's screen: it scrolls by itself, with the keyboard too, and has a name.</summary>
internal static class ScrollBox
{
    /// <summary>A box that scrolls.</summary>
    /// <param name="name">What is in it; unique in the page.</param>
    /// <param name="content">A table, usually.</param>
    public static Markup Of(string name, Markup content) =>
        Markup.Of($"<div class=\"scroll\" role=\"group\" aria-label=\"{name}\" tabindex=\"0\">{content}</div>");

    /// <summary>Text that is set as it is: a command, a file.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="text">The text.</param>
    public static Markup Code(string name, string text) =>
        Markup.Of($"<pre tabindex=\"0\" role=\"group\" aria-label=\"{name}\"><code>{text}</code></pre>");
}
