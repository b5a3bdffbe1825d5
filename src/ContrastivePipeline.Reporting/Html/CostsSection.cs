namespace ContrastivePipeline.Reporting.Html;

/// <summary>What it took to make the results.</summary>
internal static class CostsSection
{
    private static readonly string[] s_heads = ["stages", "time", "CPU time", "GPU time", "requests", "received", "sent", "stored"];

    public static Markup Write(ReportData data)
    {
        if (data.Costs.Count == 0)
            return Markup.None;
        var total = StageCost.Sum("total", data.Costs);
        var html = new HtmlWriter();
        html.Write($"""
            <p>What the stages that these results come from took, in the attempts that succeeded and whichever run they were of; this report and
            attempts that failed are not among them. Stages run beside each other, so their times add up to more than the run's.{Unmetered(total)}</p>
            {ScrollBox.Of("Costs by stage", Markup.Of($"""
                <table><thead><tr><th scope="col" class="left">stage</th>{Markup.Join(s_heads.Select(h => Markup.Of($"<th scope=\"col\">{h}</th>")))}</tr></thead><tbody>
                {Markup.Join(data.Costs.Append(total).Select(Row))}</tbody></table>
                """))}

            """);
        return html.ToMarkup();
    }

    private static Markup Row(StageCost cost) =>
        Markup.Of($"<tr><th scope=\"row\">{cost.Stage}</th>{Markup.Join(Cells(cost).Select(cell => Markup.Of($"<td>{cell}</td>")))}</tr>\n");

    private static string Unmetered(StageCost total) =>
        total.Metered == total.Stages ? "" : $" Of {TextFormatter.Count(total.Stages - total.Metered)} it is not known: an older version of the program did them.";

    private static IEnumerable<string> Cells(StageCost cost) =>
    [
        TextFormatter.Count(cost.Stages), Time(cost.Seconds), Time(cost.CpuSeconds), Time(cost.GpuSeconds), TextFormatter.Count(cost.Store.Requests),
        TextFormatter.Bytes(cost.Store.BytesReceived), TextFormatter.Bytes(cost.Store.BytesSent), TextFormatter.Bytes(cost.Store.BytesStored),
    ];

    private static string Time(double seconds) => seconds == 0 ? "0" : TextFormatter.Duration(TimeSpan.FromSeconds(seconds));
}
