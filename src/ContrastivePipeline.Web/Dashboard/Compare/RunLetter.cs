namespace ContrastivePipeline.Web.Dashboard.Compare;

/// <summary>What a compared run is called: A, B, C …</summary>
internal static class RunLetter
{
    /// <summary>The letter of a run by its place.</summary>
    public static string Of(int index) => index < 26 ? ((char)('A' + index)).ToString() : $"#{index + 1}";
}
