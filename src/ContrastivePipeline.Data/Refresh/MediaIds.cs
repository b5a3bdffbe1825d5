using System.Runtime.CompilerServices;
using ContrastivePipeline.Storage;
using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>The ids of a version's media, without their pictures: asked in ordinal order, read as far as they are asked for.</summary>
internal sealed class MediaIds(ArtifactStore store, IReadOnlyList<DatasetPart> parts)
{
    private const string IdColumn = "id";

    private IAsyncEnumerator<string>? _ids;
    private bool _hasCurrent = true;

    /// <summary>Whether there is such a medium.</summary>
    /// <param name="id">Not before the one that was asked for last.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> ContainsAsync(string id, CancellationToken cancellationToken)
    {
        if (_ids is null)
        {
            _ids = ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            _hasCurrent = await _ids.MoveNextAsync();
        }

        while (_hasCurrent && string.CompareOrdinal(_ids.Current, id) < 0) _hasCurrent = await _ids.MoveNextAsync();
        return _hasCurrent && _ids.Current == id;
    }

    private async IAsyncEnumerable<string> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            await using var stream = store.OpenSeekable(part.Artifact);
            await using var reader = await ParquetReader.CreateAsync(stream, null, true, cancellationToken);
            var field = reader.Schema.DataFields.FirstOrDefault(field => field.Name == IdColumn)
                ?? throw new InvalidDataException($"{part.Artifact.Path} has no column '{IdColumn}'.");
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                foreach (var id in await ReadGroupAsync(reader, g, field, cancellationToken)) yield return id;
            }
        }
    }

    private static async Task<string[]> ReadGroupAsync(ParquetReader reader, int number, DataField field, CancellationToken cancellationToken)
    {
        using var group = reader.OpenRowGroupReader(number);
        var ids = new string[group.RowCount];
        await group.ReadAsync(field, ids.AsMemory()!, null, cancellationToken);
        return ids;
    }
}
