namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>A dataset in the list of all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">How many versions it has.</param>
/// <param name="Current">Manifest of the current version; null where none is current or it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; empty where it can.</param>
public sealed record DatasetLine(string Name, int Versions, DatasetManifest? Current, string Fault);
