namespace ContrastivePipeline.Web.Api.Datasets;

/// <summary>A dataset with its versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Current">Its current version, and the changes that led to it; null where it has several and nobody chose.</param>
/// <param name="Versions">Its versions, the latest first.</param>
public sealed record DatasetDetail(string Name, CurrentVersion? Current, IReadOnlyList<VersionView> Versions);

/// <summary>A version of a dataset.</summary>
/// <param name="Version">The version.</param>
/// <param name="Created">When it was published.</param>
/// <param name="IsCurrent">Whether it is the current one.</param>
/// <param name="MediaSize">Short side of its images, pixels.</param>
/// <param name="Media">Images.</param>
/// <param name="Captions">Captions.</param>
/// <param name="Bytes">Bytes of all its parts, those that it shares with other versions included.</param>
/// <param name="Accounting">Where every source row went.</param>
public sealed record VersionView(
    string Version, DateTimeOffset Created, bool IsCurrent, int MediaSize, long Media, long Captions, long Bytes, DataAccounting Accounting)
{
    internal static VersionView Of(StoredVersion stored) => new(
        stored.Manifest.Version, stored.Created, stored.IsCurrent, stored.Manifest.MediaSize, stored.Manifest.Media.Sum(part => (long)part.Rows),
        stored.Manifest.Captions.Sum(part => (long)part.Rows), stored.Bytes, stored.Manifest.Accounting);
}

/// <summary>A page of quarantined rows.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Offset">How many came before this page.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantineRow> Rows, long Total, int Offset);
