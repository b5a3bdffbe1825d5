using System.Diagnostics;
using static TorchSharp.torch;

namespace ContrastivePipeline.Benchmarks.Memory;

/// <summary>The parts of a training of the paper's model that memory is measured in, by the calls that stages make.</summary>
internal sealed class MemoryParts(ArtifactStore store, int batch)
{
    private const int Steps = 3;
    private const int Images = 128;
    private const int Texts = 256;
    private const int Vocabulary = 4096;
    private const string Folder = "memory";

    private readonly TrainingRecipe _recipe = TrainingWorkload.PaperRecipe(new ObjectiveWeights(), batch);

    public static IReadOnlyList<string> Names { get; } = ["train", "restore", "embed"];

    /// <summary>Bytes of weights, gradients and the optimiser's two moments, float32.</summary>
    public static long StateBytes { get; } = CountBytes();

    /// <summary>Measures one of <see cref="Names"/>; <c>train</c> first, which writes the checkpoint.</summary>
    public Task RunAsync(string part) => part switch
    {
        "train" => TrainAsync(),
        "restore" => RestoreAsync(),
        _ => EmbedAsync(),
    };

    private async Task TrainAsync()
    {
        using var set = TrainingWorkload.Create((ClipConfig)_recipe.Model, 4 * batch, 20 * batch, tripleCount: 0);
        using var state = new TrainingState(_recipe);
        using var batches = new BatchSource(set, _recipe);
        await MeasureAsync($"{Steps} steps", () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                using var scope = NewDisposeScope();
                new Trainer(state).Step(batches.At(state.Step));
            }
            return Task.CompletedTask;
        });
        using var scratch = new ScratchFolder();
        using var attempt = new StageAttempt(1, TimeProvider.System);
        var context = new StageContext(store, Folder, scratch.Path, attempt, TimeProvider.System);
        await MeasureAsync("checkpoint, to the store", () => context.WriteAsync("checkpoint", ".safetensors", state.Save(), default));
    }

    private async Task RestoreAsync()
    {
        var checkpoint = await CheckpointAsync();
        TrainingState? state = null;
        await MeasureAsync("restore, from the store", async () =>
            state = await store.ReadAsync(
                checkpoint, (content, token) => TrainingState.RestoreAsync(_recipe, content, checkpoint.Path, cancellationToken: token)));
        state?.Dispose();
    }

    private async Task EmbedAsync()
    {
        using var merges = new MemoryStream();
        var captions = SampleCaptions.Create(20_000);
        BytePairTrainer.Train(captions, Vocabulary).Write(merges);
        var tokenizer = new PreparedTokenizer(await store.WriteAsync($"{Folder}/vocabulary.txt", merges.ToArray()), Vocabulary);
        var input = new EmbedInput("clip", _recipe, null!, tokenizer, await CheckpointAsync(), [], []);
        TrainedModel? model = null;
        await MeasureAsync("load to embed, from the store", async () => model = await TrainedModel.LoadAsync(store, input, default));
        var image = new byte[model!.Input.ItemLength];
        await MeasureAsync($"embed {Images} images, {Texts} texts", () =>
        {
            model.EmbedMedia([.. Enumerable.Repeat(image, Images)]);
            model.EmbedTexts(captions[..Texts]);
            return Task.CompletedTask;
        });
        model.Dispose();
    }

    private async Task<Artifact> CheckpointAsync() => await store.ListAsync($"{Folder}/checkpoint").SingleAsync();

    private static long CountBytes()
    {
        using var model = TrainingWorkload.PaperRecipe(new ObjectiveWeights(), 2).Model.Create(seed: 1);
        return 4 * sizeof(float) * model.parameters().Sum(p => p.numel());
    }

    private static async Task MeasureAsync(string name, Func<Task> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var clock = Stopwatch.GetTimestamp();
        using var watch = new MemoryWatch();
        await work();
        Console.WriteLine($"| {name,-29} | {watch.Start >> 20,10:N0} | {watch.Peak >> 20,11:N0} | {(double)watch.Peak / StateBytes,5:F2} | "
            + $"{Stopwatch.GetElapsedTime(clock).TotalSeconds,7:F1} |");
    }
}
