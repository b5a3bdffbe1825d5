using System.Runtime.CompilerServices;
using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Training.Batches;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>
/// Reads a training set from the store, a part at a time: decoded into memory where it fits, else as it is stored into memory,
/// else as it is stored into a scratch file.
/// </summary>
internal sealed class TrainingSetLoader(
    StageContext context, DatasetVersion dataset, PreparedTokenizer tokenizer, int imageSize, int texts, long mostDecodedBytes,
    long mostEncodedBytes)
{
    private const int PicturesPerReport = 1024;

    /// <summary>Reads it.</summary>
    /// <exception cref="TrainingDataException">A picture is damaged or missing, or there is no room for the pictures.</exception>
    public async Task<TrainingSet> LoadAsync(CancellationToken cancellationToken)
    {
        var reader = new DatasetReader(context.Store);
        var manifest = await reader.ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        var bytePairs = await tokenizer.LoadAsync(context.Store, cancellationToken);
        int[] Encode(string text) => bytePairs.Encode(text, texts);

        var triples = new List<TokenTriple>();
        await foreach (var row in reader.ReadTriplesAsync(manifest, cancellationToken))
            triples.Add(new TokenTriple(Encode(row.Anchor), Encode(row.Positive), Encode(row.Negative)));
        var pairs = new TrainingPairs();
        var pictures = await ReadPicturesAsync(manifest, ReadPairsAsync(reader, manifest, pairs, Encode, cancellationToken), cancellationToken);
        return new TrainingSet(pictures, pairs, triples);
    }

    /// <summary>Appends the training pairs and yields their pictures. Both tables are in the order of media, so that one pass over each does.</summary>
    private async IAsyncEnumerable<MediaRow> ReadPairsAsync(
        DatasetReader reader, DatasetManifest manifest, TrainingPairs pairs, Func<string, int[]> encode,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var captions = reader.ReadCaptionsAsync(manifest, cancellationToken)
            .Where(row => row.Split == Splits.Train).GetAsyncEnumerator(cancellationToken);
        var more = await captions.MoveNextAsync();
        var pictures = 0;
        await foreach (var medium in reader.ReadMediaAsync(manifest, cancellationToken))
        {
            var wanted = false;
            for (; more && string.CompareOrdinal(captions.Current.MediaId, medium.Id) <= 0; more = await captions.MoveNextAsync())
            {
                RequireMedium(captions.Current, medium.Id);
                pairs.Add(pictures, encode(captions.Current.Caption));
                wanted = true;
            }
            if (!wanted)
                continue;
            pictures++;
            yield return medium;
        }
        if (more)
            RequireMedium(captions.Current, mediaId: null);
    }

    private void RequireMedium(CaptionRow caption, string? mediaId)
    {
        if (caption.MediaId != mediaId)
        {
            throw new TrainingDataException(
                $"Dataset {dataset.Name}@{dataset.Version} has a caption of '{caption.MediaId}' and no such picture. "
                + "'contrastive data verify' says what else is wrong with it; prepare it anew.");
        }
    }

    private async Task<IPictures> ReadPicturesAsync(
        DatasetManifest manifest, IAsyncEnumerable<MediaRow> rows, CancellationToken cancellationToken)
    {
        // A picture has at least one caption.
        var most = Math.Min(manifest.Media.Sum(part => (long)part.Rows), dataset.TrainingPairs);
        var decoded = most * 3 * imageSize * imageSize;
        return decoded <= mostDecodedBytes
            ? new DecodedPictures(imageSize, EncodedPicture.DecodeAll(await rows.ToListAsync(cancellationToken), imageSize, cancellationToken))
            : await KeepAsync(manifest, rows, most, decoded, cancellationToken);
    }

    private async Task<EncodedPictures> KeepAsync(
        DatasetManifest manifest, IAsyncEnumerable<MediaRow> rows, long most, long decoded, CancellationToken cancellationToken)
    {
        // Beside the stage's own folder, which goes when the stage ends: the set may serve others longer.
        var folder = Path.GetDirectoryName(context.ScratchFolder)!;
        var encoded = (long)(manifest.Media.Sum(part => part.Artifact.Length) * ((double)most / manifest.Media.Sum(part => (long)part.Rows)));
        var inMemory = encoded <= mostEncodedBytes;
        if (!inMemory)
            RequireRoom(folder, encoded);
        context.Note(
            $"up to {most:N0} pictures would take {Gigabytes(decoded)} of memory: they are kept {(inMemory ? "encoded, in" : "in a scratch file of")} "
            + $"about {Gigabytes(encoded)}, and decoded as they are drawn");
        EncodedPictures pictures = inMemory ? new PictureMemory(imageSize) : new PictureFile(folder, imageSize);
        try
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                Add(pictures, row, folder);
                if (pictures.Count % PicturesPerReport == 0)
                    context.Progress.Report(new StageProgress(pictures.Count, most, "pictures", "reading"));
            }
            pictures.Complete();
            return pictures;
        }
        catch
        {
            pictures.Dispose();
            throw;
        }
    }

    private static void Add(EncodedPictures pictures, MediaRow row, string folder)
    {
        try
        {
            pictures.Add(row.Id, row.Bytes);
        }
        catch (IOException broken)
        {
            throw new TrainingDataException($"The scratch file of pictures in {folder} cannot be written: {broken.Message}", broken);
        }
    }

    private static void RequireRoom(string folder, long needed)
    {
        var free = DiskSpace.FreeBytes(folder);
        if (free < needed)
        {
            throw new TrainingDataException(
                $"The training pictures take about {Gigabytes(needed)} on disk, and {folder} has {Gigabytes(free)} free. "
                + "Free some space, or name a folder on another disk with --local.");
        }
    }

    private static string Gigabytes(long bytes) => $"{bytes / 1e9:0.0} GB";
}
