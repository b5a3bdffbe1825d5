namespace ContrastivePipeline.Benchmarks.Prepare;

/// <summary>Images decoded, resized and encoded for storage, one thread; then a whole preparation, as a run does it.</summary>
internal sealed class PrepareBenchmark : IBenchmark
{
    private const int Count = 16;
    private const int DatasetCount = 300;
    private const string Unit = "images/CPU-s";

    /// <inheritdoc/>
    public string Name => "prepare";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        var photographs = Write(folder, "jpeg", Count, SampleImages.Photograph);
        var icons = Write(folder, "png", Count, SampleImages.Icon);
        Console.WriteLine(
            $"files: JPEG {photographs.Average(p => p.Length) / 1000:F0} kB, PNG {icons.Average(p => p.Length) / 1000:F0} kB on average");
        using (var peer = await Peer.StartAsync("prepare.py", folder))
        {
            yield return await ImagesAsync("JPEG 500 × 375 to 64", "jpeg 64", photographs, 64, peer);
            yield return await ImagesAsync("JPEG 500 × 375 to 224", "jpeg 224", photographs, 224, peer);
            yield return await ImagesAsync("PNG 256 × 256 to 64", "png 64", icons, 64, peer);
        }

        yield return await DatasetAsync(Path.Combine(folder, "dataset"));
    }

    private static Task<CaseResult> ImagesAsync(string name, string peerCase, byte[][] files, int size, Peer? peer) =>
        new Duel(3, 7).RunAsync(
        name, Count, Unit, () =>
        {
            foreach (var file in files)
                ImageEncoder.Encode(ImageResizer.ResizeShortSide(ImageDecoder.Decode(file), size), ImageEncoder.Png);
        }, peer is null ? null : () => peer.RunAsync(peerCase));

    /// <summary>Pairs from a table to shards in the store: reading, hashing, checking, Parquet and upload with the images.</summary>
    private static async Task<CaseResult> DatasetAsync(string folder)
    {
        Write(folder, "jpeg", DatasetCount, SampleImages.Photograph);
        var table = Path.Combine(folder, "pairs.tsv");
        await File.WriteAllLinesAsync(
            table, Enumerable.Range(0, DatasetCount).Select(i => $"jpeg/{i:D4}.jpeg\ta image that shows number {i}")
            .Prepend("image\tcaption"));
        await using var azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = Path.Combine(folder, "store") });
        var repetition = 0;
        return await new Duel(1, 3)
            .RunAsync($"{DatasetCount} JPEGs to a dataset in the store", DatasetCount, Unit, Basis.PerCpuSecond, async () =>
        {
            // A container of its own for each: a store that has the parts already would not be given them again.
            var store = await ArtifactStore.OpenAsync(azurite.Address.WithContainer($"prepare-{repetition++}"));
            await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("benchmark", new PairsSourceSpec(table), 64));
        });
    }

    private static byte[][] Write(string folder, string kind, int count, Func<int, byte[]> draw)
    {
        Directory.CreateDirectory(Path.Combine(folder, kind));
        var files = Enumerable.Range(0, count).Select(draw).ToArray();
        for (var i = 0; i < count; i++)
            File.WriteAllBytes(Path.Combine(folder, kind, $"{i:D4}.{kind}"), files[i]);
        return files;
    }
}
