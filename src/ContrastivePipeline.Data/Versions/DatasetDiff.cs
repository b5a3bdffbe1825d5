namespace ContrastivePipeline.Data.Versions;

/// <summary>The differences between two versions of a dataset.</summary>
/// <param name="Media">All media: changed is an image with other bytes under the same id.</param>
/// <param name="TouchedMedia">Media with a caption that was added, changed or removed.</param>
/// <param name="BySplit">Captions by split: added by the split after, the others by the split before.</param>
/// <param name="SharedCaptionParts">Caption parts that both have.</param>
/// <param name="CaptionParts">Caption parts of the version after.</param>
/// <param name="Examples">The first changes of each kind, in order of media.</param>
public sealed record DatasetDiff(
    string Dataset,
    string From,
    string To,
    ChangeCounts Captions,
    ChangeCounts Media,
    long TouchedMedia,
    IReadOnlyDictionary<string, ChangeCounts> BySplit,
    int SharedCaptionParts,
    int CaptionParts,
    IReadOnlyList<CaptionChange> Examples);

/// <summary>How many things changed. Captions are matched by media item and text: see <see cref="CaptionChangeKind"/>.</summary>
/// <param name="Added">Only in the version after.</param>
/// <param name="Removed">Only in the version before.</param>
/// <param name="Unchanged">The same in both, if perhaps under another caption index.</param>
public sealed record ChangeCounts(long Added, long Changed, long Removed, long Unchanged);

/// <summary>Compares two versions in one pass; parts that both have are not read.</summary>
internal sealed class DatasetComparison(ArtifactStore store, DatasetManifest from, DatasetManifest to, int examples)
{
    private static readonly CaptionChangeKind[] Kinds = Enum.GetValues<CaptionChangeKind>();

    private readonly SortedDictionary<string, long[]> _bySplit = new(StringComparer.Ordinal);
    private readonly List<CaptionChange> _examples = [];
    private readonly int[] _examplesOf = new int[Kinds.Length];
    private long _touched;

    public async Task<DatasetDiff> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var split in from.Accounting.KeptBySplit.Keys)
            CountsOf(split);

        var (before, after) = Differing(from.Captions, to.Captions);
        await CompareCaptionsAsync(new CaptionCursor(store, before), new CaptionCursor(store, after), cancellationToken);
        var bySplit = _bySplit.ToDictionary(split => split.Key,
            split => Counts(split.Value, from.Accounting.KeptBySplit.GetValueOrDefault(split.Key)));
        var all = Kinds.Select(kind => _bySplit.Values.Sum(counts => counts[(int)kind])).ToArray();
        return new DatasetDiff(
            from.Name, from.Version, to.Version, Counts(all, from.Accounting.Kept), await CompareMediaAsync(cancellationToken), _touched,
            bySplit,
            to.Captions.Count - after.Length, to.Captions.Count, _examples);
    }

    private async Task CompareCaptionsAsync(CaptionCursor before, CaptionCursor after, CancellationToken cancellationToken)
    {
        var (left, right) = (await before.NextAsync(cancellationToken), await after.NextAsync(cancellationToken));
        while (left is not null || right is not null)
        {
            var order = Order(left?.MediaId, right?.MediaId);
            Compare(order <= 0 ? left!.Rows : [], order >= 0 ? right!.Rows : []);
            if (order <= 0)
                left = await before.NextAsync(cancellationToken);

            if (order >= 0)
                right = await after.NextAsync(cancellationToken);
        }
    }

    private void Compare(IReadOnlyList<CaptionRow> before, IReadOnlyList<CaptionRow> after)
    {
        var changes = CaptionMatch.Of(before, after).Changes(after).ToArray();
        if (changes.Length > 0)
            _touched++;

        foreach (var change in changes)
        {
            CountsOf((change.Kind == CaptionChangeKind.Added ? after : before)[0].Split)[(int)change.Kind]++;
            if (_examplesOf[(int)change.Kind]++ < examples)
                _examples.Add(change);
        }
    }

    private async Task<ChangeCounts> CompareMediaAsync(CancellationToken cancellationToken)
    {
        var (before, after) = Differing(from.Media, to.Media);
        await using var left = MediaKeys.ReadAsync(store, before, withHashes: true, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using var right = MediaKeys.ReadAsync(store, after, withHashes: true, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        var counts = new long[Kinds.Length];
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while (hasLeft || hasRight)
        {
            var order = Order(hasLeft ? left.Current.Id : null, hasRight ? right.Current.Id : null);
            if (order < 0)
            {
                counts[(int)CaptionChangeKind.Removed]++;
            }
            else if (order > 0)
            {
                counts[(int)CaptionChangeKind.Added]++;
            }
            else if (left.Current.Sha256 != right.Current.Sha256)
            {
                counts[(int)CaptionChangeKind.Changed]++;
            }

            if (order <= 0)
                hasLeft = await left.MoveNextAsync();

            if (order >= 0)
                hasRight = await right.MoveNextAsync();
        }

        return Counts(counts, from.Media.Sum(part => (long)part.Rows));
    }

    // An exhausted side sorts last.
    private static int Order(string? left, string? right) => left is null ? 1 : right is null ? -1 : string.CompareOrdinal(left, right);

    private static (DatasetPart[] Before, DatasetPart[] After) Differing(
        IReadOnlyList<DatasetPart> before, IReadOnlyList<DatasetPart> after)
    {
        var shared = before.Select(part => part.Artifact.Sha256).Intersect(after.Select(part => part.Artifact.Sha256))
            .ToHashSet(StringComparer.Ordinal);
        return (Without(before), Without(after));

        DatasetPart[] Without(IReadOnlyList<DatasetPart> parts) => [.. parts.Where(part => !shared.Contains(part.Artifact.Sha256))];
    }

    private static ChangeCounts Counts(long[] counts, long before)
    {
        var (added, changed, removed) =
            (counts[(int)CaptionChangeKind.Added], counts[(int)CaptionChangeKind.Changed], counts[(int)CaptionChangeKind.Removed]);
        return new ChangeCounts(added, changed, removed, before - changed - removed);
    }

    private long[] CountsOf(string split)
    {
        if (!_bySplit.TryGetValue(split, out var counts))
            _bySplit.Add(split, counts = new long[Kinds.Length]);

        return counts;
    }
}
