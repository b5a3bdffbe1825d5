using System.Globalization;
using System.Text;

namespace ContrastivePipeline.Reporting;

/// <summary>The file <c>costs.csv</c>: what the results of a run cost, a row for each name of stage.</summary>
public static class CostsFile
{
    /// <summary>A CSV file (RFC 4180, LF line ends) with a header row.</summary>
    public static string Csv(IEnumerable<StageCost> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var text = new StringBuilder(
            "stage,stages,metered,seconds,cpu_seconds,gpu_seconds,requests,write_requests,bytes_sent,bytes_received,bytes_stored\n");
        foreach (var c in costs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{c.Stage},{c.Stages},{c.Metered},{c.Seconds},{c.CpuSeconds},{c.GpuSeconds},")
                .Append(CultureInfo.InvariantCulture, $"{c.Store.Requests},{c.Store.Writes},{c.Store.BytesSent},{c.Store.BytesReceived},{c.Store.BytesStored}\n");
        }
        return text.ToString();
    }
}
