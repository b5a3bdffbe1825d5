using System.Text.Json;

namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>Shows results as a Markdown table, or keeps them as JSON.</summary>
internal static class ResultTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(IReadOnlyList<CaseResult> results, TextWriter to)
    {
        string[] head = ["case", "ours", "peer", "unit", "CPU ratio", "clock ratio"];
        var rows = results.Select(r => new[]
        {
            r.Case, Number(r.OurFigure), Number(r.PeerFigure), r.Unit, Ratio(r.CpuRatio), Ratio(r.WallRatio),
        }).Prepend(head).ToArray();
        var widths = head.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
        string Pad(string cell, int column) => column is 0 or 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);

        to.WriteLine(Line(head.Select(Pad)));
        to.WriteLine(Line(widths.Select((width, column) => column is 0 or 3 ? new string('-', width) : new string('-', width - 1) + ":")));
        foreach (var row in rows[1..])
            to.WriteLine(Line(row.Select(Pad)));
        to.WriteLine("\nRatio: our time over the peer's; below 1, ours takes less.");
    }

    public static async Task WriteJsonAsync(IReadOnlyList<CaseResult> results, string machine, string file)
    {
        var cases = results.Select(r => new
        {
            r.Case,
            r.Unit,
            r.Items,
            Ours = r.OurFigure,
            Peer = r.PeerFigure,
            r.CpuRatio,
            r.WallRatio,
            OurCpuSeconds = r.Ours.Cpu,
            OurWallSeconds = r.Ours.Wall,
            PeerCpuSeconds = r.Peer?.Cpu,
            PeerWallSeconds = r.Peer?.Wall,
        });
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { machine, loadAtEnd = Machine.Load(), cases }, Json));
    }

    private static string Number(double? value) => value switch
    {
        null => "–",
        >= 1000 => $"{value:N0}",
        >= 100 => $"{value:F0}",
        >= 10 => $"{value:F1}",
        _ => $"{value:F2}",
    };

    private static string Ratio(double? value) => value is null ? "–" : $"{value:F2}";
}
