using ContrastivePipeline.Reporting.Html;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>The part of the dashboard that a page belongs to; marked in the main navigation.</summary>
internal enum Area
{
    /// <summary>No part; problems.</summary>
    None,

    /// <summary>Before the door: sign-in.</summary>
    Outside,
    Runs,
    Compare,
    Datasets,
    Search,
}

/// <summary>A link back up from a page.</summary>
internal sealed record Crumb(string Title, string Href);

/// <summary>One page of the dashboard, without the frame that all of them share.</summary>
/// <param name="Title">Its heading, and the name of its tab.</param>
/// <param name="Area">Where it belongs.</param>
/// <param name="Body">What is below the heading.</param>
internal sealed record Page(string Title, Area Area, Markup Body)
{
    /// <summary>The pages above it.</summary>
    public IReadOnlyList<Crumb> Crumbs { get; init; } = [];

    /// <summary>Status code of the answer.</summary>
    public int Status { get; init; } = 200;
}
