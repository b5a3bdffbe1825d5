namespace ContrastivePipeline.Tests.Workflow;

public sealed class TrainingSetsTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Scratch => Path.Combine(_folder.Path, "scratch");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_slice_ends_with_the_same_bytes_wherever_its_images_lie()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (experiment, dataset, tokenizer) = await PrepareAsync(lab);
        var recipe = Recipes.Of(experiment, experiment.Variants[1], 1, dataset, tokenizer);
        var input = new TrainSegmentInput("clip", recipe, dataset, tokenizer, 0, 6, null, 600);
        var checkpoints = new List<string>();
        foreach (var sets in new TrainingSets[] { new(), new(mostDecodedBytes: 0), new(mostDecodedBytes: 0, mostEncodedBytes: 0) })
        {
            var stage = new TrainSegmentStage(sets);
            var call = new StageCall(stage, WorkflowJson.ToElement(input), $"generation-{checkpoints.Count}");
            using var attempt = new StageAttempt(1, TimeProvider.System, note: _notes.Add);
            var output = await lab.Runner(stage).RunAsync(call, attempt, Cancellation);
            checkpoints.Add(WorkflowJson.FromElement<TrainedSegment>(output).Checkpoint.Sha256);
        }
        Assert.Single(checkpoints.Distinct());
        Assert.Single(_notes, note => note.Contains("kept in a scratch file", StringComparison.Ordinal));
        Assert.Single(_notes, note => note.Contains("kept encoded, in", StringComparison.Ordinal));
        Assert.Equal(3, _notes.Count(note => note.StartsWith("trains on ", StringComparison.Ordinal)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Scratch));
    }

    [Fact]
    public async Task A_set_is_shared_kept_and_closed_when_it_is_let_go_and_not_used()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (_, dataset, tokenizer) = await PrepareAsync(lab);
        var sets = new TrainingSets(mostDecodedBytes: 0, mostEncodedBytes: 0);
        Task<TrainingSetLoan> Borrow(int texts) => sets.BorrowAsync(Context(lab.Store), dataset, tokenizer, new ImageInput(32), texts, Cancellation);

        var both = await Task.WhenAll(Borrow(16), Borrow(16));
        Assert.Same(both[0].Set, both[1].Set);
        var set = both[0].Set;
        both[0].Dispose();
        both[0].Dispose();
        using (var other = await Borrow(8))
        using (var third = await Borrow(9))
            Assert.NotEmpty(set.Media[0]);
        // Two others are kept, but this one is still in use.
        Assert.NotEmpty(set.Media[0]);
        both[1].Dispose();
        Assert.Throws<ObjectDisposedException>(() => set.Media[0]);
        using var again = await Borrow(16);
        var cleaned = tokenizer with { Clean = CaptionCleanup.Clip };
        using (var other = await sets.BorrowAsync(Context(lab.Store), dataset, cleaned, new ImageInput(32), 16, Cancellation))
            Assert.NotSame(again.Set, other.Set);
        Assert.NotSame(set, again.Set);
        Assert.Equal(set.Pairs.Count, again.Set.Pairs.Count);
    }

    [Fact]
    public async Task A_set_that_nobody_used_for_long_is_closed()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (_, dataset, tokenizer) = await PrepareAsync(lab);
        var (sets, clock) = (new TrainingSets(mostDecodedBytes: 0, mostEncodedBytes: 0), new HandClock());
        Task<TrainingSetLoan> Borrow() => sets.BorrowAsync(Context(lab.Store, clock), dataset, tokenizer, new ImageInput(32), 16, Cancellation);
        (await Borrow()).Dispose();
        var loan = await Borrow();
        var set = loan.Set;
        clock.Ring();
        Assert.NotEmpty(set.Media[0]);
        loan.Dispose();
        Assert.NotEmpty(set.Media[0]);
        clock.Ring();
        var closed = () => Record.Exception(() => set.Media[0]) is ObjectDisposedException;
        for (var i = 0; i < 500 && !closed(); i++)
            await Task.Delay(10, Cancellation);
        Assert.True(closed());
    }

    [Fact]
    public async Task Whoever_stops_waiting_last_stops_the_reading_and_nothing_is_left()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (_, dataset, tokenizer) = await PrepareAsync(lab);
        var sets = new TrainingSets(mostDecodedBytes: 0, mostEncodedBytes: 0);
        for (var i = 0; i < 5; i++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var borrowing = sets.BorrowAsync(Context(lab.Store), dataset, tokenizer, new ImageInput(32), 16, stop.Token);
            stop.CancelAfter(TimeSpan.FromMilliseconds(i * 3));
            try
            {
                (await borrowing).Dispose();
            }
            catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
            {
            }
        }
        using var loan = await sets.BorrowAsync(Context(lab.Store), dataset, tokenizer, new ImageInput(32), 16, Cancellation);
        Assert.Equal(dataset.TrainingPairs, loan.Set.Pairs.Count);
        Assert.Empty(Directory.EnumerateFiles(Scratch));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(null)]
    public async Task A_fault_of_the_store_leaves_nothing_and_the_next_attempt_reads_anew(long? mostDecoded)
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (_, dataset, tokenizer) = await PrepareAsync(lab);
        var manifest = await new DatasetReader(lab.Store).ReadManifestAsync(dataset.Name, dataset.Version, Cancellation);
        var part = manifest.Media[^1].Artifact;
        var good = await lab.Store.ReadAsync(part, Cancellation);
        var damaged = good.ToArray();
        damaged[good.Length / 2] ^= 1;
        await lab.Store.WriteAsync(part.Path, damaged, Cancellation);

        var sets = new TrainingSets(mostDecoded, mostDecoded);
        Task<TrainingSetLoan> Borrow() => sets.BorrowAsync(Context(lab.Store), dataset, tokenizer, new ImageInput(32), 16, Cancellation);
        await Assert.ThrowsAsync<ArtifactCorruptException>(Borrow);
        await lab.Store.WriteAsync(part.Path, good, Cancellation);
        using var loan = await Borrow();
        Assert.Equal(dataset.TrainingPairs, loan.Set.Pairs.Count);
        Assert.Empty(Directory.EnumerateFiles(Scratch));
    }

    [Fact]
    public async Task A_set_has_every_training_pair_with_its_own_image()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (_, dataset, tokenizer) = await PrepareAsync(lab);
        var reader = new DatasetReader(lab.Store);
        var manifest = await reader.ReadManifestAsync(dataset.Name, dataset.Version, Cancellation);
        var bytePairs = await tokenizer.LoadAsync(lab.Store, Cancellation);
        var media = await reader.ReadMediaAsync(manifest, Cancellation).ToDictionaryAsync(row => row.Id, cancellationToken: Cancellation);
        var captions = await reader.ReadCaptionsAsync(manifest, Cancellation).Where(row => row.Split == "train").ToListAsync(Cancellation);
        using var loan = await new TrainingSets().BorrowAsync(Context(lab.Store), dataset, tokenizer, new ImageInput(32), 16, Cancellation);
        Assert.Equal(captions.Count, loan.Set.Pairs.Count);
        Assert.InRange(captions.Count, 1, media.Count - 1);
        for (var i = 0; i < captions.Count; i++)
        {
            Assert.Equal(bytePairs.Encode(captions[i].Caption, 16), loan.Set.Pairs.TokensOf(i));
            // This source knows no concepts: each image is one of its own.
            Assert.Equal(loan.Set.Pairs.MediaOf(i), loan.Set.Pairs[i].Concept);
            Assert.Equal(
                ImageDecoder.Decode(media[captions[i].MediaId].Bytes).CentreCrop(32).Pixels, loan.Set.Media[loan.Set.Pairs.MediaOf(i)]);
        }
    }

    [Fact]
    public async Task Images_of_one_concept_have_the_number_of_its_first()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (_, _, tokenizer) = await PrepareAsync(lab);
        using var folder = new TemporaryFolder();
        folder.Write("batches.meta.txt", "cat\ndog\n");
        byte[] labels = [1, 0, 1, 0, 0];
        byte[] Record(int i) => [labels[i], .. Enumerable.Repeat((byte)(40 + (40 * i)), 3 * 1024)];
        folder.Write("data_batch_1.bin", [.. Enumerable.Range(0, labels.Length).SelectMany(Record)]);
        folder.Write("test_batch.bin", [0, .. new byte[3 * 1024]]);
        var manifest = await new DatasetPreparer(lab.Store)
            .PrepareAsync(new DatasetSpec("d", new CifarSourceSpec(folder.Path), 32), null, Cancellation);
        var dataset = await DatasetVersion.OfAsync(lab.Store, manifest, Cancellation);
        using var loan = await new TrainingSets().BorrowAsync(Context(lab.Store), dataset, tokenizer, new ImageInput(32), 16, Cancellation);
        Assert.Equal([0, 1, 0, 1, 1], loan.Set.Pairs.Select(pair => pair.Concept));
    }

    private StageContext Context(ArtifactStore store, TimeProvider? time = null)
    {
        Directory.CreateDirectory(Scratch);
        return new StageContext(
            store, "stages/test", Path.Combine(Scratch, "stage"), new StageAttempt(1, TimeProvider.System, note: _notes.Add), time
            ?? TimeProvider.System);
    }

    private async Task<(Experiment Experiment, DatasetVersion Dataset, PreparedTokenizer Tokenizer)> PrepareAsync(WorkflowLab lab)
    {
        var file = ShapesExperiment.Draw(_folder.Path);
        var requests = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        var request = await requests.CreateAsync(
            await PipelineRequests.ReadAsync(file, Cancellation), lab.Store, null, fresh: false, Cancellation);
        using var http = new HttpClient();
        var (prepare, tokenize) = (new PrepareDatasetStage(), new TokenizerStage(http));
        var runner = lab.Runner(prepare, tokenize);
        async Task<TOutput> Run<TOutput>(Stage stage, object input) => WorkflowJson.FromElement<TOutput>(await runner.RunAsync(
            new StageCall(stage, WorkflowJson.ToElement(input), ""), new StageAttempt(1, TimeProvider.System), Cancellation));
        var dataset = await Run<DatasetVersion>(prepare, new PrepareDatasetInput(request.Input.Dataset!, request.Input.Snapshot));
        var experiment = request.Input.Experiment;
        return (experiment, dataset, await Run<PreparedTokenizer>(tokenize, new TokenizerInput(experiment.Tokenizer!, dataset)));
    }

    /// <summary>A clock whose timers all ring when they are asked to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private readonly List<Action> _timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_timers)
                _timers.Add(() => callback(state));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Ring()
        {
            lock (_timers)
            {
                _timers.ForEach(ring => ring());
                _timers.Clear();
            }
        }
    }
}
