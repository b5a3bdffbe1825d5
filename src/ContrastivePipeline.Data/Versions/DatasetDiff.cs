using ContrastivePipeline.Data.Refresh;

namespace ContrastivePipeline.Data.Versions;

/// <summary>What one version of a dataset has and another has not.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="From">The version before.</param>
/// <param name="To">The version after.</param>
/// <param name="Captions">All captions.</param>
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
/// <param name="Changed">In both, differing.</param>
/// <param name="Removed">Only in the version before.</param>
/// <param name="Unchanged">The same in both, if perhaps under another caption index.</param>
public sealed record ChangeCounts(long Added, long Changed, long Removed, long Unchanged);
