using System.Globalization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Training states saved inside a segment: <c>saves/{step}-{attempt}.safetensors</c> among what expires of the stage. Every
/// attempt writes blobs of its own and reads anybody's, so that an attempt which lost its claim and does not know yet can do no harm. The
/// last two are kept: where the newest is damaged, training resumes from the one before.</summary>
internal sealed class SegmentSaves(StageContext context)
{
    private const string Folder = "saves/";
    private const int Kept = 2;

    private readonly string _attempt = Guid.NewGuid().ToString("N")[..8];

    /// <summary>Restores the save that has come furthest and can be restored; notes those that are damaged, and deletes them.</summary>
    /// <param name="restore">Makes a state of a save, which it gets with its path, and reads it to the end; throws where it
    /// cannot.</param>
    /// <returns>Null where there is no such save.</returns>
    public async Task<T?> TryRestoreAsync<T>(
        Func<Stream, string, CancellationToken, Task<T>> restore, Func<Exception, bool> isDamaged, CancellationToken cancellationToken)
        where T : class
    {
        foreach (var save in await ListAsync(cancellationToken))
        {
            try
            {
                return await context.Store.ReadAsync(save, (content, token) => restore(content, save.Path, token), cancellationToken);
            }
            catch (ArtifactMissingException)
            {
                // Its writer has made later saves and deleted it.
            }
            catch (Exception damaged) when (damaged is ArtifactCorruptException || isDamaged(damaged))
            {
                context.Note($"the saved state {save.Path} is damaged and is removed; training resumes from what was saved before it");
                await context.Store.DeleteAsync(save.Path, cancellationToken);
            }
        }
        return null;
    }

    /// <summary>Saves a state, then deletes all but this and the one before.</summary>
    /// <param name="state">Opens it.</param>
    public async Task WriteAsync(long step, Func<Stream> state, CancellationToken cancellationToken)
    {
        var path = context.ExpiringPath(string.Create(CultureInfo.InvariantCulture, $"{Folder}{step:D9}-{_attempt}.safetensors"));
        await context.Store.WriteStreamAsync(path, state, cancellationToken);
        var less = (await ListAsync(cancellationToken)).Where(save => string.CompareOrdinal(NameOf(save), NameOf(path)) <= 0);
        await DeleteAsync(less.Skip(Kept), cancellationToken);
    }

    /// <summary>Deletes all saves; the segment is done.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken) =>
        await DeleteAsync(await ListAsync(cancellationToken), cancellationToken);

    /// <summary>All saves, the furthest first; older programs wrote them beside the stage's outputs.</summary>
    private async Task<IReadOnlyList<Artifact>> ListAsync(CancellationToken cancellationToken)
    {
        var saves = await context.Store.ListAsync(context.ExpiringPath(Folder), cancellationToken).ToListAsync(cancellationToken);
        saves.AddRange(await context.Store.ListAsync(context.Path(Folder), cancellationToken).ToListAsync(cancellationToken));
        return [.. saves.OrderByDescending(NameOf, StringComparer.Ordinal)];
    }

    private async Task DeleteAsync(IEnumerable<Artifact> saves, CancellationToken cancellationToken)
    {
        foreach (var save in saves)
            await context.Store.DeleteAsync(save.Path, cancellationToken);
    }

    private static string NameOf(Artifact save) => NameOf(save.Path);

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
