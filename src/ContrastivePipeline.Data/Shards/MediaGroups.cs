using ContrastivePipeline.Storage;
using Parquet;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Reads media parts by row group, so that one image costs a row group and not its part.</summary>
public static class MediaGroups
{
    /// <summary>The ids of a part, by row group, without its images.</summary>
    /// <exception cref="InvalidDataException">It is no part of media.</exception>
    public static async Task<IReadOnlyList<string[]>> ReadIdsAsync(
        ArtifactStore store, DatasetPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(part);
        await using var stream = store.OpenSeekable(part.Artifact);
        await using var reader = await ParquetReader.CreateAsync(stream, null, true, cancellationToken);
        var groups = new List<string[]>();
        for (var g = 0; g < reader.RowGroupCount; g++)
            groups.Add(await MediaKeys.ReadAsync(reader, g, part, MediaKeys.IdColumn, cancellationToken));
        return groups;
    }

    /// <summary>The rows of one row group. Their images are to be checked against their hashes: only a whole part has one of its own.</summary>
    /// <exception cref="InvalidDataException">It is no part of media.</exception>
    public static async Task<IReadOnlyList<MediaRow>> ReadAsync(
        ArtifactStore store, DatasetPart part, int group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(part);
        await using var stream = store.OpenSeekable(part.Artifact);
        return await ShardTables.Media.ReadGroupAsync(stream, group, cancellationToken);
    }
}
