namespace ContrastivePipeline.Tests.Workflow;

public sealed class PipelineStagesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<RunRequest<PipelineInput, PipelineOutput>> RequestAsync(ArtifactStore store, string extra = "")
    {
        var rows = Enumerable.Range(0, 8)
            .Select(i => $"{i}.png,{(i % 2 == 0 ? "a red square" : "a blue square")} {i},{(i < 6 ? "train" : "test")}\n");
        _folder.Write("pairs.csv", "image,caption,split\n" + string.Concat(rows));
        for (var i = 0; i < 8; i++)
            _folder.Write($"{i}.png", PngMaker.Solid(40, 32, (byte)(30 * i), 0, 200));
        var file = _folder.Write("tiny.yaml",
            $$"""
            name: tiny
            dataset:
              source: { kind: pairs, path: pairs.csv, split_column: split }
              image: { size: 32 }
            training: { steps: 2, batch: 2 }
            {{extra}}
            """);
        return ReadAsync(store, file);
    }

    private static async Task<RunRequest<PipelineInput, PipelineOutput>> ReadAsync(
        ArtifactStore store, string file, string? dataset = null) =>
        await Requests.CreateAsync(
            await PipelineRequests.ReadAsync(file, TestContext.Current.CancellationToken), store, dataset, fresh: false,
            TestContext.Current.CancellationToken);

    private static readonly PipelineRequests Requests =
        new(new ExperimentLibrary(null), _ => throw new InvalidOperationException("no emoji here"));

    [Fact]
    public async Task A_source_becomes_a_version_and_its_captions_a_vocabulary()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var input = (await RequestAsync(lab.Store)).Input;
        using var http = new HttpClient();
        var (prepare, tokenize) = (new PrepareDatasetStage(), new TokenizerStage(http));
        var runner = lab.Runner(prepare, tokenize);

        var call = new StageCall(prepare, WorkflowJson.ToElement(new PrepareDatasetInput(input.Dataset!, input.Snapshot)), "");
        var dataset = WorkflowJson.FromElement<DatasetVersion>(await runner.RunAsync(call, new StageAttempt(1, TimeProvider.System), ct));
        Assert.StartsWith("stages/prepare-dataset/tiny-", call.Identity.ManifestPath, StringComparison.Ordinal);
        Assert.Equal(("tiny", 6, 0), (dataset.Name, dataset.TrainingPairs, dataset.Triples));
        Assert.Equal(["test", "train"], dataset.Splits);
        Assert.Equal($"datasets/tiny/{dataset.Version}/manifest.json", dataset.Manifest.Path);
        await lab.Store.ReadAsync(dataset.Manifest, ct);

        var trained = new StageCall(tokenize, WorkflowJson.ToElement(new TokenizerInput(new TrainedTokenizerSection(530), dataset)), "");
        var stored = WorkflowJson.FromElement<PreparedTokenizer>(
            await runner.RunAsync(trained, new StageAttempt(1, TimeProvider.System), ct));
        Assert.InRange(stored.Size, 515, 530);
        var tokenizer = await stored.LoadAsync(lab.Store, ct);
        Assert.Equal(stored.Size, tokenizer.VocabularySize);
        var ids = tokenizer.Encode("a red square", 32);
        Assert.Equal((tokenizer.StartOfText, tokenizer.EndOfText), (ids[0], ids[^1]));
        Assert.True(ids.Length < "a red square".Length, "byte pairs of the captions should shorten them");

        var section = new TrainedTokenizerSection(530) { Clean = CaptionCleanup.Clip };
        var cleaning = new StageCall(tokenize, WorkflowJson.ToElement(new TokenizerInput(section, dataset)), "");
        var output = await runner.RunAsync(cleaning, new StageAttempt(1, TimeProvider.System), ct);
        var cleaned = await WorkflowJson.FromElement<PreparedTokenizer>(output).LoadAsync(lab.Store, ct);
        Assert.Equal(cleaned.Encode("a 'red' square", 32), cleaned.Encode("a ‘red’ ｓｑｕａｒｅ", 32));
        // What older programs wrote.
        Assert.DoesNotContain("clean", CanonicalJson.Of(stored), StringComparison.Ordinal);
        Assert.NotEqual(tokenizer.Encode("a 'red' square", 32), tokenizer.Encode("a ‘red’ square", 32));
    }

    [Fact]
    public async Task Parts_are_written_into_the_scratch_folder_that_the_user_named()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var input = (await RequestAsync(lab.Store)).Input;
        var prepare = new PrepareDatasetStage();
        var seen = new List<string>();
        using var attempt = new StageAttempt(1, TimeProvider.System, new Looking(() =>
        {
            if (Directory.Exists(lab.Scratch))
                seen.AddRange(Directory.EnumerateFiles(lab.Scratch, "*.parquet", SearchOption.AllDirectories));
        }));

        await lab.Runner(prepare).RunAsync(
            new StageCall(prepare, WorkflowJson.ToElement(new PrepareDatasetInput(input.Dataset!, input.Snapshot)), ""), attempt, ct);

        Assert.NotEmpty(seen);
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Scratch));
    }

    private sealed class Looking(Action look) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => look();
    }

    [Fact]
    public async Task A_source_that_changes_meanwhile_is_refused()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var input = (await RequestAsync(lab.Store)).Input;
        _folder.Write("0.png", PngMaker.Solid(64, 64, 1, 2, 3));
        var stage = new PrepareDatasetStage();
        var call = new StageCall(stage, WorkflowJson.ToElement(new PrepareDatasetInput(input.Dataset!, input.Snapshot)), "");

        var fault = await Assert.ThrowsAsync<PermanentStageException>(
            () => lab.Runner(stage).RunAsync(call, new StageAttempt(1, TimeProvider.System), ct));
        Assert.Equal("The source of dataset 'tiny' changed since the run began. Run again.", fault.Message);
        Assert.Null(await lab.Runner(stage).FindAsync(call.Identity, ct));
    }

    [Fact]
    public async Task A_request_changes_with_its_source_and_not_otherwise()
    {
        var store = await azurite.OpenStoreAsync();
        var first = await RequestAsync(store);
        var spec = Assert.IsType<PairsSourceSpec>(first.Input.Dataset!.Source);
        Assert.Equal((",", "split", _folder.Path), (spec.Delimiter, spec.SplitColumn, spec.ImageRoot));
        Assert.Equal("tiny", first.Experiment);
        var again = await ReadAsync(store, Path.Combine(_folder.Path, "tiny.yaml"));
        Assert.Equal(Fingerprint.Of(first.Input), Fingerprint.Of(again.Input));

        _folder.Write("3.png", PngMaker.Solid(33, 77, 9, 9, 9));
        var changed = await ReadAsync(store, Path.Combine(_folder.Path, "tiny.yaml"));
        Assert.NotEqual(Fingerprint.Of(first.Input), Fingerprint.Of(changed.Input));
    }

    [Fact]
    public async Task A_moved_folder_or_another_machine_is_the_same_work_and_a_comment_is_no_change()
    {
        var store = await azurite.OpenStoreAsync();
        _folder.Write("merges.txt", "");
        var here = await RequestAsync(store, "tokenizer: { kind: clip, path: merges.txt }");
        using var elsewhere = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(_folder.Path))
        {
            var copy = elsewhere.Write(Path.GetFileName(file), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            File.SetLastWriteTimeUtc(copy, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        var yaml = Path.Combine(elsewhere.Path, "tiny.yaml");
        await File.AppendAllTextAsync(yaml, "# copied from the other machine\n", TestContext.Current.CancellationToken);
        var there = await ReadAsync(store, yaml);
        Assert.Equal(Fingerprint.Of(here.Input), Fingerprint.Of(there.Input));
        Assert.Equal(Prepare(here), Prepare(there));
        Assert.DoesNotContain(_folder.Path, CanonicalJson.Of(WorkflowJson.ToFingerprinted(here.Input)), StringComparison.Ordinal);
        Assert.Equal(elsewhere.Path, Assert.IsType<PairsSourceSpec>(there.Input.Dataset!.Source).ImageRoot);

        // A table of another name gives captions of another source; an image of the same length, another version.
        File.Move(Path.Combine(elsewhere.Path, "pairs.csv"), Path.Combine(elsewhere.Path, "pears.csv"));
        await File.WriteAllTextAsync(yaml,
            (await File.ReadAllTextAsync(yaml, TestContext.Current.CancellationToken))
            .Replace("pairs.csv", "pears.csv", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.NotEqual(Fingerprint.Of(here.Input), Fingerprint.Of((await ReadAsync(store, yaml)).Input));

        static StageIdentity Prepare(RunRequest<PipelineInput, PipelineOutput> request) =>
            new StageCall(new PrepareDatasetStage(),
                WorkflowJson.ToElement(new PrepareDatasetInput(request.Input.Dataset!, request.Input.Snapshot)), "").Identity;
    }

    [Fact]
    public void Where_the_packages_and_the_server_s_data_folder_are_is_in_no_fingerprint()
    {
        Assert.Equal(Fingerprint.Of<SourceSpec>(new EmojiSourceSpec("/here/node_modules")),
            Fingerprint.Of<SourceSpec>(new EmojiSourceSpec("/there/node_modules")));
        var pairs = new PairsSourceSpec("/here/t.csv", ImageRoot: "/here", ConfinedTo: "/here");
        Assert.Equal(Fingerprint.Of<SourceSpec>(pairs),
            Fingerprint.Of<SourceSpec>(pairs with { Path = "/there/t.csv", ImageRoot = null, ConfinedTo = null }));
        Assert.NotEqual(Fingerprint.Of<SourceSpec>(pairs), Fingerprint.Of<SourceSpec>(pairs with { CaptionColumn = "title" }));
        // What reaches the stage still says where things are.
        Assert.Equal(pairs, WorkflowJson.FromElement<SourceSpec>(WorkflowJson.ToElement<SourceSpec>(pairs)));
    }

    [Fact]
    public async Task A_stored_version_takes_the_place_of_the_source_and_is_pinned()
    {
        var store = await azurite.OpenStoreAsync();
        var first = (await RequestAsync(store)).Input;
        var file = Path.Combine(_folder.Path, "tiny.yaml");
        var old = await new DatasetPreparer(store).PrepareAsync(first.Dataset!, cancellationToken: TestContext.Current.CancellationToken);
        _folder.Write("0.png", PngMaker.Solid(64, 64, 1, 2, 3));
        var changed = await new DatasetPreparer(store)
            .PrepareAsync(first.Dataset!, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(old.Version, changed.Version);

        // The first that was prepared is current until somebody says otherwise.
        var current = await ReadAsync(store, file, "tiny");
        Assert.Equal(old.Version, current.Input.Stored!.Version);
        Assert.Equal(new StoredSection(old.Version), current.Input.Experiment.Dataset.Source);
        Assert.Null(current.Input.Dataset);
        var named = await ReadAsync(store, file, $"tiny@{changed.Version}");
        Assert.Equal((changed.Version, 6), (named.Input.Stored!.Version, named.Input.Stored.TrainingPairs));
        Assert.Equal("tiny", named.Experiment);

        var stored = _folder.Write("stored.yaml",
            "name: stored\ndataset: { name: tiny, source: { kind: stored }, image: { size: 32 } }\ntraining: { steps: 2, batch: 2 }\nvariants: [clip]\n");
        Assert.Equal(old.Version, (await ReadAsync(store, stored)).Input.Stored!.Version);
        var large = _folder.Write("large.yaml", "name: large\ndataset: { name: tiny, source: { kind: stored } }\ntraining: { steps: 2 }\n");
        var fault = await Assert.ThrowsAsync<RunRequestException>(() => ReadAsync(store, large));
        Assert.Contains("has images of 32 pixels, and experiment 'large' wants 64", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => ReadAsync(store, file, "tiny@0123456789ab"));
    }

    [Fact]
    public async Task An_input_without_a_stored_version_is_written_as_older_programs_wrote_it()
    {
        var input = (await RequestAsync(await azurite.OpenStoreAsync())).Input;
        Assert.DoesNotContain("stored", CanonicalJson.Of(input), StringComparison.Ordinal);
        Assert.Null(WorkflowJson.FromElement<PipelineInput>(WorkflowJson.ToElement(input)).Stored);
    }

    [Fact]
    public async Task A_vocabulary_file_is_pinned_by_its_hash()
    {
        _folder.Write("merges.txt", "abc");
        var request = await RequestAsync(await azurite.OpenStoreAsync(), "tokenizer: { kind: clip, path: merges.txt }");
        var clip = Assert.IsType<ClipTokenizerSection>(request.Input.Experiment.Tokenizer);
        // SHA-256 of "abc", FIPS 180-2, appendix B.1.
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", clip.Sha256);
    }
}
