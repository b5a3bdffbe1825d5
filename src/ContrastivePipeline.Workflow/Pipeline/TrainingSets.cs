namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The training sets that were read from the store last: variants that train side by side, and segments in a row, share them. Two
/// are kept, and none longer than a quarter of an hour after its last use, for a process may live for days.</summary>
/// <param name="mostDecodedBytes">Sets whose decoded media take more are kept encoded and decoded as they are drawn; null for a quarter of
/// the memory that the process may use.</param>
/// <param name="mostEncodedBytes">Sets whose encoded media take more are kept on disk; null for two thirds of the memory that is free when
/// they are read. Machines with a GPU have often more memory than disk.</param>
public sealed class TrainingSets(long? mostDecodedBytes = null, long? mostEncodedBytes = null)
{
    private const int Kept = 2;
    private static readonly TimeSpan KeptUnused = TimeSpan.FromMinutes(15);

    private readonly long _mostDecodedBytes = mostDecodedBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private (TriplesKey Key, WeakReference<IReadOnlyList<TokenTriple>> Triples)? _triples;

    /// <summary>The pairs of the split train and the sentence triples, tokenised; to be given back by disposing the loan.</summary>
    /// <param name="context">The stage that needs it; its scratch folder's disk takes what does not fit into memory.</param>
    /// <param name="texts">Greatest number of tokens of a text.</param>
    /// <param name="cancellationToken">Stops waiting; stops reading if no other stage waits.</param>
    /// <exception cref="TrainingDataException">A media item is damaged, or there is no space for them.</exception>
    public async Task<TrainingSetLoan> BorrowAsync(
        StageContext context, DatasetVersion dataset, PreparedTokenizer tokenizer, MediaInput input, int texts,
        CancellationToken cancellationToken)
    {
        var key = new SetKey(dataset.Manifest.Sha256, tokenizer.Vocabulary.Sha256, tokenizer.Clean, input, texts);
        var loader = new TrainingSetLoader(
            context, dataset, tokenizer, input, texts, _mostDecodedBytes, mostEncodedBytes ?? FreeBytes() / 3 * 2);
        var entry = Take(key, loader);
        try
        {
            return new TrainingSetLoan(await entry.Set.WaitAsync(cancellationToken), () => GiveBack(entry, context.Time));
        }
        catch
        {
            GiveBack(entry, context.Time);
            throw;
        }
    }

    /// <summary>The sentence triples of a dataset, tokenised; those that were read last are shared for as long as a stage uses
    /// them.</summary>
    /// <param name="texts">Greatest number of tokens of a text.</param>
    public async Task<IReadOnlyList<TokenTriple>> TriplesAsync(
        ArtifactStore store, DatasetVersion dataset, PreparedTokenizer tokenizer, int texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var key = new TriplesKey(dataset.Manifest.Sha256, tokenizer.Vocabulary.Sha256, tokenizer.Clean, texts);
        lock (_lock)
        {
            if (_triples is { } known && known.Key == key && known.Triples.TryGetTarget(out var shared))
                return shared;
        }
        var manifest = await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        var read = await TrainingSetLoader.ReadTriplesAsync(
            store, manifest, await tokenizer.LoadAsync(store, cancellationToken), texts, cancellationToken);
        lock (_lock)
            _triples = (key, new(read));
        return read;
    }

    private static long FreeBytes()
    {
        var memory = GC.GetGCMemoryInfo();
        return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
    }

    private Entry Take(SetKey key, TrainingSetLoader loader)
    {
        lock (_lock)
        {
            var entry = _entries.Find(e => e.Key == key) ?? new Entry(key, loader);
            entry.Users++;
            entry.Uses++;
            _entries.Remove(entry);
            _entries.Add(entry);
            if (_entries.Count > Kept)
                LetGo(_entries[0]);
            return entry;
        }
    }

    private void GiveBack(Entry entry, TimeProvider time)
    {
        lock (_lock)
        {
            entry.Users--;
            // A set that failed is useless, and one that no stage waits for need not be read.
            if (!entry.Set.IsCompletedSuccessfully && (entry.Users == 0 || entry.Set.IsCompleted))
                LetGo(entry);
            else if (!entry.IsKept && entry.Users == 0)
                entry.Dispose();
            else if (entry.Users == 0)
                _ = LetGoUnlessUsedAsync(entry, entry.Uses, time);
        }
    }

    private async Task LetGoUnlessUsedAsync(Entry entry, int uses, TimeProvider time)
    {
        await Task.Delay(KeptUnused, time).ConfigureAwait(false);
        lock (_lock)
        {
            if (entry.IsKept && entry.Users == 0 && entry.Uses == uses)
                LetGo(entry);
        }
    }

    private void LetGo(Entry entry)
    {
        _entries.Remove(entry);
        entry.IsKept = false;
        if (entry.Users == 0)
            entry.Dispose();
    }

    private sealed record TriplesKey(string Manifest, string Vocabulary, CaptionCleanup Clean, int Texts);

    private sealed record SetKey(string Manifest, string Vocabulary, CaptionCleanup Clean, MediaInput Input, int Texts);

    private sealed class Entry : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public Entry(SetKey key, TrainingSetLoader loader)
        {
            Key = key;
            // Not the token of one stage: others may wait for the same set.
            Set = Task.Run(() => loader.LoadAsync(_stop.Token));
        }

        public SetKey Key { get; }

        public Task<TrainingSet> Set { get; }

        public int Users { get; set; }

        public int Uses { get; set; }

        public bool IsKept { get; set; } = true;

        public void Dispose()
        {
            _stop.Cancel();
            Set.ContinueWith(
                loaded =>
                {
                    _stop.Dispose();
                    if (loaded.IsCompletedSuccessfully)
                        loaded.Result.Dispose();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}

/// <summary>A training set for as long as it is not disposed.</summary>
/// <param name="set">The set; others may use it too.</param>
/// <param name="giveBack">Called once.</param>
public sealed class TrainingSetLoan(TrainingSet set, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    /// <summary>The set.</summary>
    public TrainingSet Set => set;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
