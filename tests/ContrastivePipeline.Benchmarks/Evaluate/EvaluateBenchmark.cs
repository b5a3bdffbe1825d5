namespace ContrastivePipeline.Benchmarks.Evaluate;

/// <summary>
/// The sizes at which an evaluation is quadratic: COCO's 5,000 images with 25,000 captions, geometry of 10,000 rows a side, and zero-shot
/// classification of 50,000 images into 1,000 classes; 512 columns. Beside the time it tells how much memory each took.
/// </summary>
internal sealed class EvaluateBenchmark : IBenchmark
{
    private const int Columns = 512;

    /// <summary>Length of a text's noise, its image's being 1: retrieval then finds about as much as with a trained model.</summary>
    private const float Noise = 7;

    /// <inheritdoc/>
    public string Name => "evaluate";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        using var peer = await Peer.StartAsync("evaluate.py", folder, Environment.ProcessorCount);
        var coco = Matched(5_000, 25_000);
        yield return await MeasureAsync("retrieval and geometry, 5,000 × 25,000", "both", peer, () =>
        {
            var (retrieval, _) = Similarities.Evaluate(coco, retrieval: true, geometry: true);
            return $"R@1 {retrieval!.TextToMedia.RecallAt(1):P1} and {retrieval.MediaToText.RecallAt(1):P1}";
        });
        var square = Matched(10_000, 10_000);
        yield return await MeasureAsync("geometry, 10,000 × 10,000", "geometry", peer, () =>
            $"uniformity across {Geometry.Evaluate(square).UniformityAcross.Value:F3}");
        var (media, classifier) = (Rows(50_000, 3), new ZeroShotClassifier(Rows(1_000, 4), 1));
        int[] labels = [.. Enumerable.Range(0, media.Count).Select(row => row % classifier.Classes)];
        yield return await MeasureAsync("zero-shot, 50,000 × 1,000 classes", "zero-shot", peer, () =>
            $"top-1 {classifier.Evaluate(media, labels).TopK(1):P1}");
    }

    private static async Task<CaseResult> MeasureAsync(string name, string peerCase, Peer? peer, Func<string> work)
    {
        var (found, peak, more) = ("", 0L, 0L);
        var result = await new Duel(1, 3).RunAsync(name, 1, "ms", Basis.Milliseconds, () =>
        {
            using var watch = new MemoryWatch();
            found = work();
            (peak, more) = (Math.Max(peak, watch.Peak), Math.Max(more, watch.Peak - watch.Start));
            return Task.CompletedTask;
        }, peer is null ? null : () => peer.RunAsync(peerCase));
        Console.WriteLine($"  {name}: {found}; up to {peak / 1e6:F0} MB of memory, {more / 1e6:F0} MB more than before");
        return result;
    }

    private static MatchedEmbeddings Matched(int images, int texts)
    {
        var media = Rows(images, 1);
        int[] groups = [.. Enumerable.Range(0, texts).Select(text => (int)((long)text * images / texts))];
        var values = media.Select(groups).Values.ToArray();
        var noise = Rows(texts, 2).Values;
        for (var i = 0; i < values.Length; i++)
            values[i] += Noise * noise[i];
        return new(media, [.. Enumerable.Range(0, images)], new EmbeddingMatrix(values, texts, Columns).Normalized(), groups);
    }

    private static EmbeddingMatrix Rows(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count * Columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        return new EmbeddingMatrix(values, count, Columns).Normalized();
    }
}
