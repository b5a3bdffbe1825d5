using static TorchSharp.torch;

namespace ContrastivePipeline.Benchmarks.Media;

/// <summary>Stored images of 224 pixels on their way into a batch: decoding, one thread; then the whole loader; then the order of an epoch.</summary>
internal sealed class MediaBenchmark : IBenchmark
{
    private const int Side = 224;
    private const int Count = 64;
    private const int Batch = 128;
    private const int Batches = 8;
    private const string PerCpu = "images/CPU-s";

    /// <inheritdoc/>
    public string Name => "media";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        var jpeg = Store(folder, ImageEncoder.Jpeg);
        var png = Store(folder, ImageEncoder.Png);
        Console.WriteLine(
            $"files: JPEG {jpeg.Average(p => p.Length) / 1000:F0} kB, PNG {png.Average(p => p.Length) / 1000:F0} kB on average");
        using (var peer = await Peer.StartAsync("media.py", folder))
        {
            yield return await DecodeAsync("decode and crop, stored JPEG of 224", "jpeg", jpeg, peer);
            yield return await DecodeAsync("decode and crop, stored PNG of 224", "png", png, peer);
        }

        var plain = new ImageAugmentation(Shift: 8, Flip: true);
        var full = new ImageAugmentation(Shift: 8, Flip: true, Zoom: 0.2, Tint: 0.2);
        var cores = Environment.ProcessorCount;
        yield return await LoadAsync($"batches from a file of JPEGs, {cores} workers", folder, jpeg, plain, cores);
        yield return await LoadAsync("the same, 1 worker", folder, jpeg, plain, 1);
        yield return await LoadAsync($"the same, {cores} workers, zoom and tint too", folder, jpeg, full, cores);
        yield return await LoadAsync($"the same from memory, {cores} workers", folder: null, jpeg, full, cores);
        foreach (var pairs in new[] { 2_900_000, 12_000_000 })
            yield return await EpochMeasurement.RunAsync(pairs);
        yield return await SetMeasurement.RunAsync(Directory.CreateDirectory(Path.Combine(folder, "set")).FullName);
    }

    internal static TrainingRecipe Recipe(int batch, int side, Augmentation augmentation) => new(
        new ClipConfig(1024, side, new VisionConfig([3, 4, 6, 3], 64), new TextConfig(49_408, 77, 512, 8, 12, 0.1)),
        new ObjectiveWeights(), batch, new LearningRateSchedule(1e-3, 1, 2), new AdamWOptions(0.1), Seed: 1, augmentation);

    private static Task<CaseResult> DecodeAsync(string name, string peerCase, byte[][] files, Peer? peer) => new Duel(3, 9).RunAsync(
        name, files.Length, PerCpu, () =>
        {
            foreach (var file in files)
                new ImageInput(Side).Decode("", file);
        }, peer is null ? null : () => peer.RunAsync(peerCase));

    /// <summary>Batches as training takes them: augmented, as tensors, with tokens.</summary>
    private static async Task<CaseResult> LoadAsync(string name, string? folder, byte[][] files, Augmentation augmentation, int workers)
    {
        var recipe = Recipe(Batch, Side, augmentation);
        var pairs = Enumerable.Range(0, 4 * Batch).Select(i => new TrainingPair(i, [49_406, i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 49_407]));
        using var set = new TrainingSet(Images(folder, files, 4 * Batch), new TrainingPairs(pairs), []);
        using var batches = new BatchSource(set, recipe, workers);
        var step = 0;
        return await new Duel(1, 7).RunAsync(name, Batches * Batch, "images/s", Basis.PerSecond, () =>
        {
            for (var i = 0; i < Batches; i++)
            {
                using var scope = NewDisposeScope();
                batches.At(step++);
            }
            return Task.CompletedTask;
        });
    }

    private static IMediaItems Images(string? folder, byte[][] files, int count)
    {
        if (folder is null)
        {
            return new DecodedMedia(
                new ImageInput(Side), [.. Enumerable.Range(0, count).Select(i => new ImageInput(Side).Decode("", files[i % files.Length]))]);
        }

        var file = new MediaFile(folder, new ImageInput(Side));
        for (var i = 0; i < count; i++)
            file.Add($"{i}", files[i % files.Length]);
        file.Complete();
        return file;
    }

    /// <summary>Images as a preparation stores them.</summary>
    private static byte[][] Store(string folder, string encoding)
    {
        var files = Enumerable.Range(0, Count).Select(i => ImageEncoder.Encode(
            ImageResizer.ResizeShortSide(ImageDecoder.Decode(SampleImages.Photograph(i)), Side), encoding)).ToArray();
        Directory.CreateDirectory(Path.Combine(folder, encoding));
        for (var i = 0; i < files.Length; i++)
            File.WriteAllBytes(Path.Combine(folder, encoding, $"{i:D4}.{encoding}"), files[i]);
        return files;
    }
}
