namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>The links back up from pages about datasets.</summary>
internal static class DatasetCrumbs
{
    /// <summary>From a dataset's page.</summary>
    public static IReadOnlyList<Crumb> OfDataset => [new("Datasets", "/datasets")];

    /// <summary>From a page below a dataset's.</summary>
    public static IReadOnlyList<Crumb> Below(string dataset) => [.. OfDataset, new(dataset, Address.Dataset(dataset))];
}
