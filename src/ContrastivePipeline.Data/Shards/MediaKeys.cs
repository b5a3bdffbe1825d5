using System.Runtime.CompilerServices;
using Parquet;

namespace ContrastivePipeline.Data.Shards;

/// <summary>A media item without its image.</summary>
/// <param name="Sha256">SHA-256 of the image; empty where it was not asked for.</param>
internal sealed record MediaKey(string Id, string Sha256);

/// <summary>Reads the ids and hashes of media without downloading their images.</summary>
internal static class MediaKeys
{
    internal const string IdColumn = "id";
    private const string HashColumn = "sha256";

    /// <summary>All media of some parts, in their order.</summary>
    /// <exception cref="InvalidDataException">A part is no part of media.</exception>
    public static async IAsyncEnumerable<MediaKey> ReadAsync(
        ArtifactStore store, IEnumerable<DatasetPart> parts, bool withHashes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            await using var stream = store.OpenSeekable(part.Artifact);
            await using var reader = await ParquetReader.CreateAsync(stream, null, true, cancellationToken);
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                var ids = await ReadAsync(reader, g, part, IdColumn, cancellationToken);
                var hashes = withHashes ? await ReadAsync(reader, g, part, HashColumn, cancellationToken) : null;
                for (var i = 0; i < ids.Length; i++)
                    yield return new MediaKey(ids[i], hashes?[i] ?? "");
            }
        }
    }

    /// <summary>The parts that hold any of some media, in their order. Media lie in the order of their ids, so parts are found by halving,
    /// and only ids are read: of each part that holds a wanted item, and of those between.</summary>
    /// <param name="parts">All media parts of a version.</param>
    /// <param name="wanted">Ids in ordinal order, each once, all of them of the version.</param>
    public static async Task<IReadOnlyList<DatasetPart>> HoldersAsync(
        ArtifactStore store, IReadOnlyList<DatasetPart> parts, string[] wanted, CancellationToken cancellationToken)
    {
        using var atOnce = new SemaphoreSlim(DatasetReader.MediaPartsAtOnce);
        return await HalveAsync(0, parts.Count, wanted);

        async Task<DatasetPart[]> HalveAsync(int from, int to, ArraySegment<string> ids)
        {
            if (ids.Count == 0 || from == to)
                return [];
            // All of them are wanted.
            if (ids.Count == parts.Take(from..to).Sum(part => part.Rows))
                return [.. parts.Take(from..to)];
            var middle = (from + to) / 2;
            var held = await IdsAsync(parts[middle]);
            var below = ids.Count(id => string.CompareOrdinal(id, held[0]) < 0);
            var upTo = ids.Count(id => string.CompareOrdinal(id, held[^1]) <= 0);
            DatasetPart[] holder = ids[below..upTo].Intersect(held).Any() ? [parts[middle]] : [];
            var halves = await Task.WhenAll(HalveAsync(from, middle, ids[..below]), HalveAsync(middle + 1, to, ids[upTo..]));
            return [.. halves[0], .. holder, .. halves[1]];
        }

        async Task<string[]> IdsAsync(DatasetPart part)
        {
            await atOnce.WaitAsync(cancellationToken);
            try
            {
                return [.. (await MediaGroups.ReadIdsAsync(store, part, cancellationToken)).SelectMany(group => group)];
            }
            finally
            {
                atOnce.Release();
            }
        }
    }

    /// <summary>A column of texts of one row group.</summary>
    internal static async Task<string[]> ReadAsync(
        ParquetReader reader, int number, DatasetPart part, string column, CancellationToken cancellationToken)
    {
        var field = reader.Schema.DataFields.FirstOrDefault(field => field.Name == column)
            ?? throw new InvalidDataException($"{part.Artifact.Path} has no column '{column}'.");
        using var group = reader.OpenRowGroupReader(number);
        var values = new string[group.RowCount];
        await group.ReadAsync(field, values.AsMemory()!, null, cancellationToken);
        return values;
    }
}

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

    /// <summary>The rows of one row group. Check their images against their own hashes: the hash in the manifest is that of the whole
    /// part.</summary>
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
