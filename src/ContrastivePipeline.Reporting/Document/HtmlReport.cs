namespace ContrastivePipeline.Reporting.Document;

/// <summary>The report of a run: one HTML file that needs nothing beside it.</summary>
public static class HtmlReport
{
    /// <summary>Renders the report as HTML that is also well-formed XML; save it as UTF-8.</summary>
    /// <exception cref="ArgumentException">A part of the data names a variant that is not listed, or a number has two values.</exception>
    public static async Task<string> RenderAsync(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate();
        return await HtmlDocuments.RenderAsync<ReportDocument>(new() { [nameof(ReportDocument.Data)] = data });
    }
}
