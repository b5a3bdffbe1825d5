using Azure.Storage.Blobs;

namespace ContrastivePipeline.Benchmarks.Store;

/// <summary>
/// The artifact store against the Azure SDK as it comes, on one Azurite: what hashing, verification and atomic writes cost. Then a
/// checkpoint of the demo's model.
/// </summary>
internal sealed class StoreBenchmark : IBenchmark
{
    private const string Unit = "ms";
    private static readonly (string Name, int Length, int Items)[] Sizes =
        [("1 kB", 1_000, 20), ("1 MB", 1_000_000, 8), ("36 MB", 36_000_000, 1)];

    /// <inheritdoc/>
    public string Name => "store";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        await using var azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = folder });
        var store = await ArtifactStore.OpenAsync(azurite.Address);
        var sdk = azurite.Address.CreateClient(new BlobClientOptions());
        Console.WriteLine("peer: Azure.Storage.Blobs without our verification");
        foreach (var (name, length, items) in Sizes)
        {
            var content = new byte[length];
            new Random(7).NextBytes(content);
            var artifact = await store.WriteAsync($"ours-{length}", content);
            var blob = sdk.GetBlobClient($"peer-{length}");
            await blob.UploadAsync(BinaryData.FromBytes(content), overwrite: true);

            yield return await Compare($"write {name}", items,
                () => store.WriteAsync(artifact.Path, content), () => blob.UploadAsync(BinaryData.FromBytes(content), overwrite: true));
            yield return await Compare($"read {name}", items,
                () => store.ReadAsync(artifact), async () => (await blob.DownloadContentAsync()).Value.Content.ToArray());
        }

        using var state = new TrainingState(TrainingWorkload.Recipe(new ObjectiveWeights()));
        yield return await CheckpointWriteAsync(store, state);
        yield return await CheckpointReadAsync(store, state);
    }

    private static Task<CaseResult> Compare(string name, int items, Func<Task> ours, Func<Task> peer) => new Duel(2, 7).RunAsync(
        name, items, Unit, Basis.Milliseconds, () => Repeat(items, ours), () => Sample.OfAsync(() => Repeat(items, peer)));

    private static Task<CaseResult> CheckpointWriteAsync(ArtifactStore store, TrainingState state) => new Duel(1, 5).RunAsync(
        $"checkpoint of {LengthOf(state.Save()) / 1e6:F0} MB, save and write", 1, Unit, Basis.Milliseconds,
        () => store.WriteStreamAsync("checkpoint", state.Save()));

    private static async Task<CaseResult> CheckpointReadAsync(ArtifactStore store, TrainingState state)
    {
        var checkpoint = await store.WriteStreamAsync("checkpoint", state.Save());
        return await new Duel(1, 5).RunAsync("the same, read and restore", 1, Unit, Basis.Milliseconds, async () =>
        {
            using var restored = await store.ReadAsync(
                checkpoint, (content, token) => TrainingState.RestoreAsync(state.Recipe, content, "checkpoint", cancellationToken: token));
        });
    }

    private static long LengthOf(Func<Stream> file)
    {
        using var stream = file();
        return stream.Length;
    }

    private static async Task Repeat(int times, Func<Task> work)
    {
        for (var i = 0; i < times; i++)
            await work();
    }
}
