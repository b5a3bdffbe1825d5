using Spectre.Console;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Tables that are plain text in a file and neat on a terminal.</summary>
internal static class Tables
{
    /// <summary>A table without frame.</summary>
    /// <param name="heads">Column heads; one that begins with '&gt;' is aligned right.</param>
    public static Table Create(params string[] heads)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = heads.Any(head => head.Length > 0) };
        foreach (var head in heads)
        {
            var right = head.StartsWith('>');
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(right ? head[1..] : head)}[/]")
            {
                Alignment = right ? Justify.Right : Justify.Left,
                NoWrap = true,
                Padding = new Padding(0, 0, 2, 0),
            });
        }
        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Add(this Table table, params string[] cells) => table.AddRow(cells.Select(Markup.Escape).ToArray());
}
