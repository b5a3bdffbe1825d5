using System.Globalization;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>
/// Training states saved inside a slice: <c>saves/{step}-{attempt}.safetensors</c>. Every attempt writes blobs of its own and reads
/// anybody's, so that an attempt which lost its claim and does not know yet can do no harm.
/// </summary>
internal sealed class SegmentSaves(StageContext context)
{
    private readonly string _attempt = Guid.NewGuid().ToString("N")[..8];

    /// <summary>The save that has come furthest, or null.</summary>
    public async Task<StoredBlob?> TryReadLatestAsync(CancellationToken cancellationToken)
    {
        var saves = await context.Store.ListAsync(context.Path("saves/"), cancellationToken).ToListAsync(cancellationToken);
        foreach (var save in saves.OrderByDescending(save => save.Path, StringComparer.Ordinal))
        {
            // Whoever wrote it may have come further and deleted it.
            if (await context.Store.TryReadAsync(save.Path, cancellationToken) is { } blob)
                return blob;
        }
        return null;
    }

    /// <summary>Saves a state, then deletes those that came less far.</summary>
    public async Task WriteAsync(long step, byte[] state, CancellationToken cancellationToken)
    {
        var path = context.Path(string.Create(CultureInfo.InvariantCulture, $"saves/{step:D9}-{_attempt}.safetensors"));
        await context.Store.WriteAsync(path, state, cancellationToken);
        await DeleteAsync(path, cancellationToken);
    }

    /// <summary>Deletes all saves; the slice is done.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => DeleteAsync(before: null, cancellationToken);

    private async Task DeleteAsync(string? before, CancellationToken cancellationToken)
    {
        await foreach (var save in context.Store.ListAsync(context.Path("saves/"), cancellationToken))
        {
            if (before is null || string.CompareOrdinal(save.Path, before) < 0)
                await context.Store.DeleteAsync(save.Path, cancellationToken);
        }
    }
}
