namespace ContrastivePipeline.Data.Versions;

/// <summary>What happened to a caption.</summary>
public enum CaptionChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It replaced another.</summary>
    Changed,

    /// <summary>It was removed.</summary>
    Removed,
}

/// <summary>A difference between two versions.</summary>
/// <param name="CaptionIndex">Index of the caption after the change; before it where it was removed.</param>
/// <param name="Before">The caption that was there; null where it was added.</param>
/// <param name="After">The caption that is there; null where it was removed.</param>
public sealed record CaptionChange(CaptionChangeKind Kind, string MediaId, string Split, int CaptionIndex, string? Before, string? After);

/// <summary>Which captions of a media item became which: equal texts match, whatever their indexes; of the rest, in order, each old one was
/// changed into a new one; what remains was added or removed.</summary>
internal sealed class CaptionMatch
{
    private readonly CaptionRow?[] _origins;

    private CaptionMatch(CaptionRow?[] origins, bool[] unchanged, IReadOnlyList<CaptionRow> removed) =>
        (_origins, IsUnchanged, Removed) = (origins, unchanged, removed);

    /// <summary>For each new caption whether its text existed before.</summary>
    public IReadOnlyList<bool> IsUnchanged { get; }

    /// <summary>Old captions that are gone.</summary>
    public IReadOnlyList<CaptionRow> Removed { get; }

    /// <summary>Number of captions whose text existed before.</summary>
    public int Unchanged => IsUnchanged.Count(unchanged => unchanged);

    /// <summary>The old caption that became new caption <paramref name="i"/>; null where that was added.</summary>
    public CaptionRow? OriginOf(int i) => _origins[i];

    public static CaptionMatch Of(IReadOnlyList<CaptionRow> before, IReadOnlyList<CaptionRow> after)
    {
        var free = before.GroupBy(row => row.Caption, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new Queue<CaptionRow>(group), StringComparer.Ordinal);
        var origins = new CaptionRow?[after.Count];
        for (var i = 0; i < after.Count; i++)
        {
            if (free.TryGetValue(after[i].Caption, out var equal) && equal.TryDequeue(out var origin))
                origins[i] = origin;
        }

        bool[] unchanged = [.. origins.Select(origin => origin is not null)];
        var rest = new Queue<CaptionRow>(free.Values.SelectMany(queue => queue).OrderBy(row => row.CaptionIndex));
        for (var i = 0; i < after.Count && rest.Count > 0; i++)
            origins[i] ??= rest.Dequeue();

        return new CaptionMatch(origins, unchanged, [.. rest]);
    }

    /// <summary>What happened, in order of the new captions, then of those that are gone.</summary>
    public IEnumerable<CaptionChange> Changes(IReadOnlyList<CaptionRow> after)
    {
        for (var i = 0; i < after.Count; i++)
        {
            if (IsUnchanged[i])
                continue;
            var (row, origin) = (after[i], OriginOf(i));
            yield return new CaptionChange(
                origin is null ? CaptionChangeKind.Added : CaptionChangeKind.Changed,
                row.MediaId, row.Split, row.CaptionIndex, origin?.Caption, row.Caption);
        }

        foreach (var row in Removed)
            yield return new CaptionChange(CaptionChangeKind.Removed, row.MediaId, row.Split, row.CaptionIndex, row.Caption, null);
    }
}
