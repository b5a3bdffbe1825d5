namespace ContrastivePipeline.Data.Preparation;

/// <summary>Turns a source into an immutable dataset version. The same content gives the same version, whatever the machine.</summary>
/// <param name="scratchRoot">A folder on disk under which parts are written before they are uploaded, as many bytes as the version has;
/// null for the system's temporary folder, which is often small.</param>
public sealed class DatasetPreparer(ArtifactStore store, string? scratchRoot = null)
{
    /// <summary>Media that are made in parallel before they are added to parts in order.</summary>
    private const int Window = 256;

    /// <summary>Reads, makes what is stored of it, and uploads; uploads nothing where the version exists. The version becomes the current one of its
    /// dataset where there is none.</summary>
    /// <param name="cancellationToken">Cancels the operation; nothing half-written is ever visible as a version.</param>
    /// <exception cref="ArgumentException">The spec has an impossible value.</exception>
    /// <exception cref="SourceException">The source as a whole cannot be read, or not one of its rows is good.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<DatasetManifest> PrepareAsync(
        DatasetSpec spec, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        using var scratch = ScratchFolder.Create(scratchRoot ?? DataScratch.Default, "dataset");
        var ledger = new Ledger();
        var prepared = spec.Source switch
        {
            MediaSourceSpec media => await AssembleAsync(spec, media, ledger, scratch.Path, progress, cancellationToken),
            TextSourceSpec texts => await AssembleAsync(spec, texts, ledger, scratch.Path, progress, cancellationToken),
            _ => throw new ArgumentException($"Nothing can be prepared of a {spec.Source.GetType().Name}.", nameof(spec)),
        };
        var manifest = await new DatasetPublisher(store).PublishAsync(prepared, progress, cancellationToken);
        await new CurrentPointer(store, TimeProvider.System).CreateAsync(
            manifest.Name, manifest.Version, VersionChanges.Prepared, cancellationToken);
        return manifest;
    }

    private static async Task<PreparedDataset> AssembleAsync(
        DatasetSpec spec, MediaSourceSpec source, Ledger ledger, string scratch, IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        var catalog = await ReadSourceAsync(source, ledger, progress, cancellationToken);
        var entries = catalog.InOrder();
        var assembly = new DatasetAssembly(spec, source, await HeldOutImages.FindAsync(entries, cancellationToken), ledger, scratch);
        for (var start = 0; start < entries.Length; start += Window)
        {
            foreach (var (entry, loaded) in await LoadAsync(entries, start, spec, cancellationToken))
                await assembly.AddAsync(entry, loaded, cancellationToken);

            var done = Math.Min(start + Window, entries.Length);
            progress?.Report(new DataProgress("media", done, entries.Length, ledger.Quarantined));
        }

        return await assembly.CompleteAsync(await source.ReadExtrasAsync(cancellationToken), cancellationToken);
    }

    private static async Task<PreparedDataset> AssembleAsync(
        DatasetSpec spec, TextSourceSpec source, Ledger ledger, string scratch, IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        var assembly = new TextAssembly(spec, ledger, scratch);
        await foreach (var row in source.ReadAsync(cancellationToken))
        {
            ledger.Offered();
            await assembly.AddAsync(row, cancellationToken);
            ReportRead(ledger, progress);
        }

        progress?.Report(new DataProgress("read", ledger.SourceRows, ledger.SourceRows, ledger.Quarantined));
        return await assembly.CompleteAsync(cancellationToken);
    }

    private static void ReportRead(Ledger ledger, IProgress<DataProgress>? progress)
    {
        if (ledger.SourceRows % 1_000 == 0)
            progress?.Report(new DataProgress("read", ledger.SourceRows, null, ledger.Quarantined));
    }

    private static async Task<MediaCatalog> ReadSourceAsync(
        MediaSourceSpec source, Ledger ledger, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var catalog = new MediaCatalog();
        await foreach (var row in source.ReadAsync(cancellationToken))
        {
            ledger.Offered();
            if (row.Fault is not null)
            {
                ledger.Quarantine(row, row.Fault);
            }
            else if (row.Pair is not null)
            {
                catalog.Add(row, row.Pair, ledger);
            }

            ReportRead(ledger, progress);
        }

        progress?.Report(new DataProgress("read", ledger.SourceRows, ledger.SourceRows, ledger.Quarantined));
        return catalog;
    }

    private static async Task<(MediaEntry Entry, LoadedMedia Loaded)[]> LoadAsync(
        MediaEntry[] entries, int start, DatasetSpec spec, CancellationToken cancellationToken)
    {
        var loaded = new (MediaEntry, LoadedMedia)[Math.Min(Window, entries.Length - start)];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, loaded.Length, options, (i, _) =>
        {
            loaded[i] = (entries[start + i], MediaLoader.Load(entries[start + i].First, spec.Format));
            return ValueTask.CompletedTask;
        });
        return loaded;
    }
}
