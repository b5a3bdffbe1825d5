using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>A refreshed version that waits to be published.</summary>
internal sealed class RefreshedDataset
{
    private readonly DatasetManifest _basis;
    private readonly RefreshOrigin _origin;
    private readonly DataAccounting _accounting;

    public RefreshedDataset(DatasetManifest basis, RefreshOrigin origin, IReadOnlyList<RefreshedPart> captions, RefreshTally tally)
    {
        (_basis, _origin, Captions) = (basis, origin, captions);
        _accounting = tally.AddTo(basis.Accounting);
        (Rejected, RejectedCount) = (tally.RejectedInOrder(), tally.RejectedCount);
        // The rejected rows are in the accounting, and the table that they come from in the id of the refresh.
        var names = Name(ShardTables.Media.PartName, basis.Media.Select(part => part.Artifact.Sha256))
            .Concat(Name(ShardTables.Captions.PartName, captions.Select(part => part.New?.Sha256 ?? part.Old!.Artifact.Sha256)))
            .Concat(Name(ShardTables.Labels.PartName, basis.Labels.Select(part => part.Artifact.Sha256)))
            .Concat(Name(ShardTables.Triples.PartName, basis.Triples.Select(part => part.Artifact.Sha256)))
            .Concat(Name(ShardTables.Quarantine.PartName, basis.Quarantine.Select(part => part.Artifact.Sha256)));
        Version = VersionHash.Of(names, basis.MediaSize, basis.LabelSets, _accounting, origin);
    }

    public string Version { get; }

    public IReadOnlyList<RefreshedPart> Captions { get; }

    /// <summary>Quarantined rows in the order of the table; read from disk where they are many.</summary>
    public IEnumerable<QuarantineRow> Rejected { get; }

    /// <summary>Number of quarantined rows.</summary>
    public long RejectedCount { get; }

    public RefreshParts Describe() => new(
        Captions.Count, Captions.Count(part => part.New is not null), Captions.Sum(part => part.New?.Length ?? 0));

    public DatasetManifest Manifest(Artifact? rejected) => _basis with
    {
        Version = Version,
        Captions = [.. Captions.Select(part => part.Old ?? At(part.New!))],
        Quarantine = rejected is null ? _basis.Quarantine : [.. _basis.Quarantine, new DatasetPart(rejected, checked((int)RejectedCount))],
        Accounting = _accounting,
        Refresh = _origin,
    };

    /// <summary>Where a new part goes.</summary>
    public string PathOf(PartFile part) => $"{DatasetPaths.Version(_basis.Name, Version)}/{part.Name}";

    private DatasetPart At(PartFile part) => new(new Artifact(PathOf(part), part.Length, part.Sha256), part.Rows);

    private static IEnumerable<(string, string)> Name(Func<int, string> name, IEnumerable<string> hashes) => hashes.Select((hash, i) => (name(i), hash));
}
