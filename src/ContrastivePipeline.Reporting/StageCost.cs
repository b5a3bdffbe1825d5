using System.Globalization;
using System.Text;

namespace ContrastivePipeline.Reporting;

/// <summary>What the stages of one name used, in the attempts that succeeded.</summary>
/// <param name="Metered">Of how many it is known; older programs did not write it down.</param>
/// <param name="Seconds">Time by the clock; stages beside each other each count.</param>
/// <param name="GpuSeconds">Time for which a GPU was held.</param>
/// <param name="Store">What was asked of the store.</param>
public sealed record StageCost(
    string Stage, int Stages, int Metered, double Seconds, double CpuSeconds, double GpuSeconds, StoreUsage Store)
{
    /// <summary>The sum of several.</summary>
    public static StageCost Sum(string name, IEnumerable<StageCost> costs) =>
        costs.Aggregate(new StageCost(name, 0, 0, 0, 0, 0, StoreUsage.None), (sum, c) => new StageCost(
            name, sum.Stages + c.Stages, sum.Metered + c.Metered, Math.Round(sum.Seconds + c.Seconds, 3),
            Math.Round(sum.CpuSeconds + c.CpuSeconds, 3), Math.Round(sum.GpuSeconds + c.GpuSeconds, 3), sum.Store + c.Store));
}

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
                .Append(CultureInfo.InvariantCulture, $"{c.Store.Requests},{c.Store.Writes},")
                .Append(CultureInfo.InvariantCulture, $"{c.Store.BytesSent},{c.Store.BytesReceived},{c.Store.BytesStored}\n");
        }
        return text.ToString();
    }
}
