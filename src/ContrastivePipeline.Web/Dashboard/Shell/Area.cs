namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>The part of the dashboard that a page belongs to; marked in the main navigation.</summary>
public enum Area
{
    /// <summary>No part; problems.</summary>
    None,

    /// <summary>Before the door: sign-in.</summary>
    Outside,

    /// <summary>Runs, their files and where their numbers come from.</summary>
    Runs,

    /// <summary>Runs side by side.</summary>
    Compare,

    /// <summary>Datasets, their versions and refreshes.</summary>
    Datasets,

    /// <summary>Search with trained models.</summary>
    Search,
}

/// <summary>A link back up from a page.</summary>
/// <param name="Title">Its words.</param>
/// <param name="Href">Its address.</param>
public sealed record Crumb(string Title, string Href)
{
    internal static IReadOnlyList<Crumb> Runs => [new("Runs", "/")];

    internal static IReadOnlyList<Crumb> Datasets => [new("Datasets", "/datasets")];

    internal static IReadOnlyList<Crumb> OfRun(RunRecord run) => [.. Runs, new($"Run of {run.Experiment}", Address.Run(run.Id))];

    internal static IReadOnlyList<Crumb> OfDataset(string name) => [.. Datasets, new(name, Address.Dataset(name))];
}
