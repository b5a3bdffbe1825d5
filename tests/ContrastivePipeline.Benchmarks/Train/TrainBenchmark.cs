using static TorchSharp.torch;

namespace ContrastivePipeline.Benchmarks.Train;

/// <summary>Whole training steps of the demo's model, and its text tower by itself, on one thread.</summary>
internal sealed class TrainBenchmark : IBenchmark
{
    private const string Unit = "samples/CPU-s";
    private static readonly Duel DuelRules = new(WarmUps: 2, Repetitions: 7);

    /// <inheritdoc/>
    public string Name => "train";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        var set = TrainingWorkload.Create();
        TrainingWorkload.Write(set, TrainingWorkload.Recipe(new ObjectiveWeights()), folder);
        using var peer = await Peer.StartAsync("train.py", folder);
        Console.WriteLine(
            $"captions: {set.Pairs.Average(p => p.Tokens.Length):F1} tokens on average, {set.Pairs.Max(p => p.Tokens.Length)} at most");

        yield return await StepsAsync("train CLIP", "clip", set, new ObjectiveWeights(), peer);
        yield return await StepsAsync("train CLIP+Ls", "clip+ls", set, new ObjectiveWeights().With(SentenceUnsupervised.Name, 1), peer);
        yield return await TextAsync("text tower, forward and backward", set, TextBatch.Of, peer);
        yield return await TextAsync(
            "the same, padded to the longest as the peer", set, texts => TextBatch.Of(TokenBatch.Of(texts)), peer);
    }

    private static async Task<CaseResult> StepsAsync(string name, string peerCase, TrainingSet set, ObjectiveWeights objectives, Peer? peer)
    {
        var recipe = TrainingWorkload.Recipe(objectives);
        using var state = new TrainingState(recipe);
        peer?.RequireSameSize(state.Model);
        var (trainer, batches) = (new Trainer(state), new BatchSource(set, recipe));
        return await DuelRules.RunAsync(
            name, TrainingWorkload.Batch, Unit, () =>
            {
                using var scope = NewDisposeScope();
                trainer.Step(batches.At(state.Step));
            }, peer is null ? null : () => peer.RunAsync(peerCase));
    }

    private static async Task<CaseResult> TextAsync(
        string name, TrainingSet set, Func<IReadOnlyList<int[]>, TextBatch> pad, Peer? peer)
    {
        using var model = TrainingWorkload.Recipe(new ObjectiveWeights()).Model.Create(seed: 1);
        model.train();
        var texts = set.Pairs.Take(TrainingWorkload.Batch).Select(p => p.Tokens).ToArray();
        return await DuelRules.RunAsync(
            name, TrainingWorkload.Batch, Unit, () => ForwardAndBackward(model, texts, pad), peer is null ? null
            : () => peer.RunAsync("text"));
    }

    private static void ForwardAndBackward(DualEncoder model, int[][] captions, Func<IReadOnlyList<int[]>, TextBatch> pad)
    {
        using var scope = NewDisposeScope();
        using var noise = new DropoutNoise(1, CPU);
        var texts = pad(captions);
        texts.Join([.. texts.Groups.Select(g => model.EncodeText(g, noise))]).square().mean().backward();
        foreach (var parameter in model.parameters())
        {
            parameter.grad?.Dispose();
            parameter.grad = null;
        }
    }
}
