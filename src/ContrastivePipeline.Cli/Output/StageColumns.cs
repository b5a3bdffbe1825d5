using Spectre.Console;
using Spectre.Console.Rendering;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Name of a stage, shortened in the middle to two fifths of the line.</summary>
internal sealed class NameColumn : ProgressColumn
{
    protected override bool NoWrap => true;

    public override int? GetColumnWidth(RenderOptions options) => WidthIn(options.ConsoleSize.Width);

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(Shorten(Markup.Remove(task.Description), WidthIn(options.ConsoleSize.Width)));

    internal static int WidthIn(int line) => Math.Clamp(line * 2 / 5, 12, 40);

    /// <summary>Keeps the beginning and, because it tells segments apart, the end.</summary>
    internal static string Shorten(string text, int width)
    {
        if (text.Length <= width)
            return text.PadRight(width);
        var end = width / 2;
        return text[..(width - end - 1)] + "…" + text[^end..];
    }
}

/// <summary>Amount, speed and time left, cut at the end of the line.</summary>
/// <param name="text">The words for the number of a bar.</param>
internal sealed class MeterColumn(Func<int, string> text) : ProgressColumn
{
    private const int Others = BarRunDisplay.BarWidth + 6;

    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var width = options.ConsoleSize.Width;
        var space = Math.Max(8, width - NameColumn.WidthIn(width) - Others);
        var words = text(task.Id);
        return new Text(words.Length <= space ? words : words[..(space - 1)] + "…");
    }
}
