namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>Addresses of pages and of what they load.</summary>
internal static class Address
{
    /// <summary>A run's page, or what is below it.</summary>
    public static string Run(string id, string below = "") => $"/runs/{Segment(id)}{below}";

    /// <summary>What the API has below a run.</summary>
    public static string RunApi(string id, string below) => $"/api{Run(id, below)}";

    /// <summary>Where a number or a file of a run came from.</summary>
    public static string Explanation(string run, string what) => Run(run, $"/explain?of={Segment(what)}");

    /// <summary>A dataset's page, or what is below it.</summary>
    public static string Dataset(string name, string below = "") => $"/datasets/{Segment(name)}{below}";

    /// <summary>A text as one segment of an address.</summary>
    public static string Segment(string text) => Uri.EscapeDataString(text);
}
