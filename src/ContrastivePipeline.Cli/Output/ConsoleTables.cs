using Spectre.Console;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Tables without borders, as plain text in files and with bold heads on terminals.</summary>
internal static class ConsoleTables
{
    private const int Gap = 2;

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
                Padding = new Padding(0, 0, Gap, 0),
            });
        }
        return table;
    }

    /// <summary>Writes a table; splits one that is wider than the console into several, each with the first column.</summary>
    /// <param name="rows">One cell per head in each row.</param>
    public static void WriteFitting(IAnsiConsole console, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = heads.Select((head, i) => rows.Select(row => row[i].Length).Append(head.TrimStart('>').Length).Max() + Gap).ToArray();
        for (int first = 1, end; first < heads.Count; first = end)
        {
            var width = widths[0];
            for (end = first; end < heads.Count && (end == first || width + widths[end] <= console.Profile.Width); end++)
            {
                width += widths[end];
            }
            int[] columns = [0, .. Enumerable.Range(first, end - first)];
            var table = Create([.. columns.Select(i => heads[i])]);
            foreach (var row in rows)
            {
                table.Add([.. columns.Select(i => row[i])]);
            }
            if (first > 1)
            {
                console.WriteLine();
            }
            console.Write(table);
        }
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Add(this Table table, params string[] cells) => table.AddRow(cells.Select(Markup.Escape).ToArray());
}
