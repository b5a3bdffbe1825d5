using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Reads dataset versions. What it yields was verified against the hashes in the manifest.</summary>
public sealed class DatasetReader(ArtifactStore store)
{
    /// <summary>Media parts downloaded concurrently, because one blob is limited by one connection. Bounds memory.</summary>
    internal const int MediaPartsAtOnce = 4;

    /// <summary>Reads the manifest of a version.</summary>
    /// <exception cref="ArtifactMissingException">There is no such version.</exception>
    /// <exception cref="InvalidDataException">The blob is no manifest.</exception>
    public async Task<DatasetManifest> ReadManifestAsync(string name, string version, CancellationToken cancellationToken = default)
    {
        var path = DatasetPaths.Manifest(name, version);
        var blob = await store.TryReadAsync(path, cancellationToken) ?? throw new ArtifactMissingException(
            $"There is no version '{version}' of dataset '{name}' in the store ({path}); prepare it first.");
        var manifest = DatasetJson.Parse<DatasetManifest>(blob, "manifest");
        return (manifest.Name, manifest.Version) == (name, version)
            ? manifest
            : throw new InvalidDataException($"{path} is the manifest of {manifest.Name}@{manifest.Version}.");
    }

    /// <summary>The entry of a version's manifest, without its content; null where there is no such version.</summary>
    internal Task<BlobEntry?> FindManifestAsync(string name, string version, CancellationToken cancellationToken) =>
        store.FindAsync(DatasetPaths.Manifest(name, version), cancellationToken);

    /// <summary>Images in ordinal order of their ids.</summary>
    public IAsyncEnumerable<MediaRow> ReadMediaAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        ReadAsync(ShardTables.Media, manifest.Media, cancellationToken, MediaPartsAtOnce);

    /// <summary>Some of the images, in ordinal order of their ids. Of parts that hold none of them at most the ids are read.</summary>
    /// <param name="ids">Ids of the version, each once.</param>
    public async IAsyncEnumerable<MediaRow> ReadMediaAsync(
        DatasetManifest manifest, IReadOnlySet<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(ids);
        string[] wanted = [.. ids.Order(StringComparer.Ordinal)];
        var parts = await MediaKeys.HoldersAsync(store, manifest.Media, wanted, cancellationToken);
        await foreach (var row in ReadAsync(ShardTables.Media, parts, cancellationToken, MediaPartsAtOnce))
        {
            if (ids.Contains(row.Id))
                yield return row;
        }
    }

    /// <summary>Captions in order of media id, then index.</summary>
    public IAsyncEnumerable<CaptionRow> ReadCaptionsAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        ReadAsync(ShardTables.Captions, manifest.Captions, cancellationToken);

    /// <summary>Labels in order of media id, then label set.</summary>
    public IAsyncEnumerable<LabelRow> ReadLabelsAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        ReadAsync(ShardTables.Labels, manifest.Labels, cancellationToken);

    /// <summary>Sentence triples in order of their anchors.</summary>
    public IAsyncEnumerable<TripleRow> ReadTriplesAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        ReadAsync(ShardTables.Triples, manifest.Triples, cancellationToken);

    /// <summary>Scored sentence pairs in the order of their source.</summary>
    public IAsyncEnumerable<SentencePairRow> ReadSentencePairsAsync(
        DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        ReadAsync(ShardTables.SentencePairs, manifest.SentencePairs ?? [], cancellationToken);

    /// <summary>Quarantined rows: those of the source in order of file and row, then those of each refresh in the order of its
    /// table.</summary>
    public IAsyncEnumerable<QuarantineRow> ReadQuarantineAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        ReadQuarantineAsync(manifest.Quarantine, cancellationToken);

    internal IAsyncEnumerable<QuarantineRow> ReadQuarantineAsync(IReadOnlyList<DatasetPart> parts, CancellationToken cancellationToken) =>
        ReadAsync(ShardTables.Quarantine, parts, cancellationToken);

    /// <summary>Re-reads everything: hashes, row counts, ids, references between tables, images, and whether the accounting adds
    /// up.</summary>
    public Task<DatasetVerification> VerifyAsync(
        DatasetManifest manifest, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new DatasetVerifier(store, manifest).RunAsync(progress, cancellationToken);

    /// <summary>Summarises a version without reading its images.</summary>
    public Task<DatasetSummary> InspectAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) =>
        new DatasetInspector(this, manifest).RunAsync(cancellationToken);

    /// <summary>Texts of held-out splits that other concepts or the training split have as well. Reads the captions twice, no
    /// image.</summary>
    public async Task<IReadOnlyList<RepeatedTexts>> FindRepeatedTextsAsync(
        DatasetManifest manifest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var counter = new RepeatedTextCounter();
        await foreach (var row in ReadCaptionsAsync(manifest, cancellationToken).Where(row => row.Split != Splits.Train))
            counter.AddHeldOut(row);
        await foreach (var row in ReadCaptionsAsync(manifest, cancellationToken).Where(row => row.Split == Splits.Train))
            counter.AddTrain(row);
        return counter.Count();
    }

    /// <summary>Images that several splits have under different names: a metric on one split may then measure media of another.</summary>
    /// <returns>A count for each two splits that share any; none where no split leaks. Reads no image.</returns>
    public async Task<IReadOnlyList<SplitCopies>> FindCopiesAsync(DatasetManifest manifest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var splits = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var row in ReadCaptionsAsync(manifest, cancellationToken))
        {
            if (row.CaptionIndex == 0)
                splits.Add(row.MediaId, row.Split);
        }

        var counter = new SplitCopyCounter();
        await foreach (var mediaItem in MediaKeys.ReadAsync(store, manifest.Media, withHashes: true, cancellationToken))
        {
            if (splits.TryGetValue(mediaItem.Id, out var split))
                counter.Add(mediaItem.Sha256, split);
        }

        return counter.Count();
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(
        ShardTable<T> table, IReadOnlyList<DatasetPart> parts, [EnumeratorCancellation] CancellationToken cancellationToken,
        int partsAtOnce = 1)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var coming = new Queue<Task<byte[]>>();
        try
        {
            for (var next = 0; next < parts.Count || coming.Count > 0;)
            {
                while (next < parts.Count && coming.Count < partsAtOnce)
                    coming.Enqueue(store.ReadAsync(parts[next++].Artifact, stop.Token));

                using var stream = new MemoryStream(await coming.Dequeue(), writable: false);
                await foreach (var row in table.ReadAsync(stream, cancellationToken))
                    yield return row;
            }
        }
        finally
        {
            // A caller that stops early waits for no further download, and errors of downloads in progress are dropped.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(coming)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
