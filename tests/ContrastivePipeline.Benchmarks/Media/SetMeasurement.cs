namespace ContrastivePipeline.Benchmarks.Media;

/// <summary>What a training does first when its images do not fit into memory: it reads them from the store, verified, into a scratch file.</summary>
internal static class SetMeasurement
{
    private const int Drawings = 64;
    private const int Count = 3_000;
    private const int Side = 224;

    public static async Task<CaseResult> RunAsync(string folder)
    {
        await using var azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = Path.Combine(folder, "store") });
        var store = await ArtifactStore.OpenAsync(azurite.Address);
        var manifest = await new DatasetPreparer(store)
            .PrepareAsync(new DatasetSpec("benchmark", await WriteAsync(folder), Side, ImageEncoder.Jpeg));
        var dataset = await DatasetVersion.OfAsync(store, manifest, CancellationToken.None);
        var tokenizer = await TokenizerAsync(store);
        Console.WriteLine(
            $"set: {Count} images, {manifest.Media.Sum(part => part.Artifact.Length) / 1e6:F0} MB in {manifest.Media.Count} parts");
        using var attempt = new StageAttempt(1, TimeProvider.System);
        var context = new StageContext(store, "stages/benchmark", Path.Combine(folder, "stage"), attempt, TimeProvider.System);
        return await new Duel(1, 3).RunAsync("a set from the store into the scratch file", Count, "images/s", Basis.PerSecond, async () =>
        {
            using var loan = await new TrainingSets(mostDecodedBytes: 0, mostEncodedBytes: 0)
                .BorrowAsync(context, dataset, tokenizer, new ImageInput(Side), 77, CancellationToken.None);
        });
    }

    private static async Task<PairsSourceSpec> WriteAsync(string folder)
    {
        var drawings = Enumerable.Range(0, Drawings).Select(SampleImages.Photograph).ToArray();
        for (var i = 0; i < Count; i++)
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i:D5}.jpeg"), drawings[i % Drawings]);
        var table = Path.Combine(folder, "pairs.tsv");
        await File.WriteAllLinesAsync(
            table, Enumerable.Range(0, Count).Select(i => $"{i:D5}.jpeg\ta image that shows number {i}").Prepend("image\tcaption"));
        return new PairsSourceSpec(table);
    }

    private static async Task<PreparedTokenizer> TokenizerAsync(ArtifactStore store)
    {
        var vocabulary = BytePairTrainer.Train(["an image that shows number"], BytePairVocabulary.SmallestSize);
        using var content = new MemoryStream();
        vocabulary.Write(content);
        return new PreparedTokenizer(await store.WriteAsync("vocabulary.txt", content.ToArray()), vocabulary.Size);
    }
}
