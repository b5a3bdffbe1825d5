using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Reads a training set from the store, a part at a time: decoded into memory where it fits, else as it is stored into memory,
/// else as it is stored into a scratch file.</summary>
internal sealed class TrainingSetLoader(
    StageContext context, DatasetVersion dataset, PreparedTokenizer tokenizer, MediaInput input, int texts, long mostDecodedBytes,
    long mostEncodedBytes)
{
    private const int MediaPerReport = 1024;

    /// <exception cref="TrainingDataException">A media item is damaged or missing, or there is no space for the media.</exception>
    public async Task<TrainingSet> LoadAsync(CancellationToken cancellationToken)
    {
        var reader = new DatasetReader(context.Store);
        var manifest = await reader.ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        var bytePairs = await tokenizer.LoadAsync(context.Store, cancellationToken);
        int[] Encode(string text) => bytePairs.Encode(text, texts);

        var triples = await ReadTriplesAsync(context.Store, manifest, bytePairs, texts, cancellationToken);
        var pairs = new TrainingPairs();
        if (StoredFormat.Of(manifest) is TextFormat)
        {
            await foreach (var row in reader.ReadCaptionsAsync(manifest, cancellationToken).Where(row => row.Split == Splits.Train))
                pairs.Add(pairs.Count, pairs.Count, Encode(row.Caption));
            // As many media as sentences, all of them empty.
            return new TrainingSet(
                new DecodedMedia(new NoMediaInput(), [.. Enumerable.Repeat(Array.Empty<byte>(), pairs.Count)]), pairs, triples);
        }
        var media = await ReadMediaAsync(manifest, ReadPairsAsync(reader, manifest, pairs, Encode, cancellationToken), cancellationToken);
        return new TrainingSet(media, pairs, triples);
    }

    /// <summary>The sentence triples of a dataset, tokenised.</summary>
    public static async Task<IReadOnlyList<TokenTriple>> ReadTriplesAsync(
        ArtifactStore store, DatasetManifest manifest, BytePairTokenizer bytePairs, int texts, CancellationToken cancellationToken)
    {
        int[] Encode(string text) => bytePairs.Encode(text, texts);
        var triples = new List<TokenTriple>();
        await foreach (var row in new DatasetReader(store).ReadTriplesAsync(manifest, cancellationToken))
            triples.Add(new TokenTriple(Encode(row.Anchor), Encode(row.Positive), Encode(row.Negative)));
        return triples;
    }

    /// <summary>Appends the training pairs and yields their media, in one pass: both tables are in the order of media.</summary>
    private async IAsyncEnumerable<MediaRow> ReadPairsAsync(
        DatasetReader reader, DatasetManifest manifest, TrainingPairs pairs, Func<string, int[]> encode,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var captions = reader.ReadCaptionsAsync(manifest, cancellationToken)
            .Where(row => row.Split == Splits.Train).GetAsyncEnumerator(cancellationToken);
        var more = await captions.MoveNextAsync();
        var media = 0;
        // The first media item of each concept that is not a media item's own.
        var concepts = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var mediaItem in reader.ReadMediaAsync(manifest, cancellationToken))
        {
            var wanted = false;
            for (; more && string.CompareOrdinal(captions.Current.MediaId, mediaItem.Id) <= 0; more = await captions.MoveNextAsync())
            {
                RequireMediaItem(captions.Current, mediaItem.Id);
                var (concept, first) = (captions.Current.Concept, media);
                if (concept != mediaItem.Id && !concepts.TryAdd(concept, media))
                    first = concepts[concept];
                pairs.Add(media, first, encode(captions.Current.Caption));
                wanted = true;
            }
            if (!wanted)
                continue;
            media++;
            yield return mediaItem;
        }
        if (more)
            RequireMediaItem(captions.Current, mediaId: null);
    }

    private void RequireMediaItem(CaptionRow caption, string? mediaId)
    {
        if (caption.MediaId != mediaId)
        {
            throw new TrainingDataException(
                $"Dataset {dataset.Name}@{dataset.Version} has a caption of '{caption.MediaId}' and no such media item. "
                + "'contrastive data verify' says what else is wrong with it; prepare it anew.");
        }
    }

    private async Task<IMediaItems> ReadMediaAsync(
        DatasetManifest manifest, IAsyncEnumerable<MediaRow> rows, CancellationToken cancellationToken)
    {
        // A media item has at least one caption.
        var most = Math.Min(manifest.Media.Sum(part => (long)part.Rows), dataset.TrainingPairs);
        var decoded = most * input.ItemLength;
        return decoded <= mostDecodedBytes
            ? new DecodedMedia(input, input.DecodeAll(await rows.ToListAsync(cancellationToken), cancellationToken))
            : await KeepAsync(manifest, rows, most, decoded, cancellationToken);
    }

    private async Task<EncodedMedia> KeepAsync(
        DatasetManifest manifest, IAsyncEnumerable<MediaRow> rows, long most, long decoded, CancellationToken cancellationToken)
    {
        // Beside the stage's own folder, which is deleted when the stage ends: the set may serve others longer.
        var folder = Path.GetDirectoryName(context.ScratchFolder)!;
        var encoded =
            (long)(manifest.Media.Sum(part => part.Artifact.Length) * ((double)most / manifest.Media.Sum(part => (long)part.Rows)));
        var inMemory = encoded <= mostEncodedBytes;
        if (!inMemory)
            RequireSpace(folder, encoded);
        context.Note(
            $"up to {most:N0} media would take {Gigabytes(decoded)} of memory: they are kept "
                + $"{(inMemory ? "encoded, in" : "in a scratch file of")} "
            + $"about {Gigabytes(encoded)}, and decoded as they are drawn");
        EncodedMedia media = inMemory ? new MediaMemory(input) : new MediaFile(folder, input);
        try
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                Add(media, row, folder);
                if (media.Count % MediaPerReport == 0)
                    context.Progress.Report(new StageProgress(media.Count, most, "media", "reading"));
            }
            media.Complete();
            return media;
        }
        catch
        {
            media.Dispose();
            throw;
        }
    }

    private static void Add(EncodedMedia media, MediaRow row, string folder)
    {
        try
        {
            media.Add(row.Id, row.Bytes);
        }
        catch (IOException broken)
        {
            throw new TrainingDataException($"The scratch file of media in {folder} cannot be written: {broken.Message}", broken);
        }
    }

    private static void RequireSpace(string folder, long needed)
    {
        var free = DiskSpace.FreeBytes(folder);
        if (free < needed)
        {
            throw new TrainingDataException(
                $"The training media take about {Gigabytes(needed)} on disk, and {folder} has {Gigabytes(free)} free. "
                + "Free some space, or name a folder on another disk with --local.");
        }
    }

    private static string Gigabytes(long bytes) => $"{bytes / 1e9:0.0} GB";
}
