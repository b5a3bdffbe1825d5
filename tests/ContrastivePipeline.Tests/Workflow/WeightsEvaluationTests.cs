using TorchSharp;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Published weights are evaluated like models that were trained here.</summary>
public sealed class WeightsEvaluationTests(AzuriteFixture azurite) : IDisposable
{
    private static readonly BytePairVocabulary Vocabulary =
        BytePairTrainer.Train(["a red disc number", "a green disc number", "a blue disc number of a disc"], 600);

    private static readonly ClipConfig Sizes =
        new(16, 32, new VisionConfig([1], 64, 1, 8), new TextConfig(Vocabulary.Size, 20, 64, 1, 1));

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Embeddings_are_those_that_the_model_itself_computes_and_nothing_is_trained()
    {
        using var scope = torch.NewDisposeScope();
        var store = await azurite.OpenStoreAsync();
        ShapesExperiment.Draw(_folder.Path);
        using var model = WriteModel("published.safetensors");
        var on = await PipelineRequests.ReadAsync(Path.Combine(_folder.Path, "shapes.yaml"), Cancellation, forEvaluation: true);
        var variant = VariantSection.Of("published", WeightsSection.Of(Path.Combine(_folder.Path, "published.safetensors")));
        var (output, started) = await LocalRun.RunAsync(store, WeightsEvaluation.On(on, "evaluate-published", variant, Sizes), _folder);

        Assert.Equal(["embed", "evaluate", "import-weights", "prepare-dataset", "report"], started.Select(stage => stage.Name).Order(StringComparer.Ordinal));
        var trial = Assert.Single(output.Trials);
        Assert.Equal((0, null), (trial.Seed, trial.Recipe));
        var input = WorkflowJson.FromElement<PipelineInput>((await new RunStore(store).LatestAsync(null, Cancellation))!.Input);
        // No settings of a training that there was not.
        Assert.Equal((null, null, null), (input.Experiment.Tokenizer, input.Experiment.Model, input.Experiment.Training));
        var split = Assert.Single(Assert.Single(trial.Evaluated).Embedded.Splits);
        var tokenizer = new BytePairTokenizer(Vocabulary);
        model.eval();
        var texts = await Tables.Texts.ReadAllAsync(store, split.Captions, Cancellation);
        // After the last await: gradients are off on one thread.
        using var noGrad = torch.no_grad();
        foreach (var text in texts.Take(5))
        {
            var tokens = torch.tensor(tokenizer.Encode(text.Text, 20).Select(id => (long)id).ToArray()).unsqueeze(0);
            var expected = DualEncoder.Normalize(model.EncodeText(TokenBatch.EndingWithHighest(tokens))).data<float>().ToArray();
            Assert.Equal(expected, text.Embedding, (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public async Task Weights_stand_beside_trained_variants_and_can_be_searched_with_and_exported()
    {
        using var scope = torch.NewDisposeScope();
        var store = await azurite.OpenStoreAsync();
        var file = ShapesExperiment.Draw(_folder.Path);
        WriteModel("other.safetensors").Dispose();
        var yaml = (await File.ReadAllTextAsync(file, Cancellation)).Replace(
            "[clip, cyclip+ls]", "[clip, { name: other, weights: other.safetensors }]", StringComparison.Ordinal);
        var (output, _) = await LocalRun.RunAsync(store, yaml, _folder);

        Assert.Equal([("clip", 1), ("other", 0)], output.Trials.Select(trial => (trial.Variant, trial.Seed)));
        var run = (await new RunStore(store).LatestAsync(null, Cancellation))!;
        var choice = await new ModelFinder(store, run).FindAsync("other", null, Cancellation);
        await using var searcher = new Searcher(store);
        var found = await searcher.FindMediaAsync(run, new SearchWish("other", null, []), "a red disc", 3, Cancellation);
        Assert.Equal((3, 0L, "other"), (found.Found.Count, found.Seed, found.Variant));
        var lineage = await LineageReader.OpenAsync(store, run, Cancellation);
        var number = lineage.Find("other/0/test/retrieval/text-to-media/r@1").Numbers.Single().Of.Single();
        Assert.True((await lineage.RecomputeAsync(number, Cancellation)).IsIdentical);
        Assert.Contains((await lineage.ExplainAsync(number, Cancellation)).Stages, stage => stage.Name == "import-weights");
        Assert.Equal(Sizes.EmbeddingSize, choice.Model.Model.EmbeddingSize);
    }

    [Fact]
    public async Task Training_goes_on_from_published_weights_and_with_their_tokenizer()
    {
        using var scope = torch.NewDisposeScope();
        var store = await azurite.OpenStoreAsync();
        var file = ShapesExperiment.Draw(_folder.Path);
        using var published = WriteModel("other.safetensors");
        var yaml = (await File.ReadAllTextAsync(file, Cancellation)).Replace(
            "[clip, cyclip+ls]", "[clip, { name: tuned, from: other.safetensors, ls: 1 }]", StringComparison.Ordinal)
            .Replace("checkpoint_seconds: 1 }", "checkpoint_seconds: 1, text_tower: { freeze: true } }", StringComparison.Ordinal);
        var (output, _) = await LocalRun.RunAsync(store, yaml, _folder);

        var tuned = output.Trials.Single(trial => trial.Variant == "tuned");
        Assert.Equal(Sizes with { Text = Sizes.Text with { Dropout = 0.1 } }, tuned.Recipe!.Model with { }, SameSizes);
        var weights = WeightFiles.Read(await store.ReadAsync(tuned.Checkpoint!, Cancellation));
        foreach (var (key, tensor) in StateDict.Of(published))
        {
            var isFrozen = !key.StartsWith("visual.", StringComparison.Ordinal) && key != "logit_scale";
            Assert.True(tensor.eq(weights["model." + key]).all().item<bool>() == isFrozen, key);
        }
        var run = (await new RunStore(store).LatestAsync(null, Cancellation))!;
        var model = (await new ModelFinder(store, run).FindAsync("tuned", null, Cancellation)).Model;
        Assert.Equal(Vocabulary.Size, model.Tokenizer.Size);
        // Another start is another line: 'tuned' is not held against what began with drawn weights.
        Assert.Null(ReportFormatter.Variants(WorkflowJson.FromElement<PipelineInput>(run.Input).Experiment).Single(v => v.Id == "tuned").Baseline);
    }

    [Fact]
    public async Task Weights_for_media_of_another_size_are_refused_before_the_run()
    {
        using var scope = torch.NewDisposeScope();
        var store = await azurite.OpenStoreAsync();
        var file = ShapesExperiment.Draw(_folder.Path);
        WriteModel("other.safetensors").Dispose();
        var yaml = (await File.ReadAllTextAsync(file, Cancellation))
            .Replace("[clip, cyclip+ls]", "[{ name: tuned, from: other.safetensors }]", StringComparison.Ordinal)
            .Replace("image: { size: 32 }", "image: { size: 64 }", StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<RunRequestException>(() => LocalRun.RunAsync(store, yaml, _folder));
        Assert.Contains("takes images of 32 pixels, and the dataset has 64. Set dataset.image.size to 32", refused.Message, StringComparison.Ordinal);
    }

    // Records compare lists by reference.
    private static bool SameSizes(ModelConfig expected, ModelConfig actual) =>
        WorkflowJson.ToElement(expected).GetRawText() == WorkflowJson.ToElement(actual).GetRawText();

    [Fact]
    public async Task Weights_that_do_not_fit_are_refused_before_anything_is_prepared()
    {
        _folder.Write("vocabulary.txt", "#version: 0.2\n");
        var path = _folder.Write("w.safetensors", WeightFiles.Write(new Dictionary<string, torch.Tensor> { ["a"] = torch.zeros(2) }));
        var refused = await Assert.ThrowsAsync<WeightsException>(() => WeightsEvaluation.SizesOfAsync(WeightsSection.Of(path), Cancellation));
        Assert.Contains("is no CLIP model of OpenAI's or open_clip's kind", refused.Message, StringComparison.Ordinal);
    }

    private ClipModel WriteModel(string name)
    {
        var model = new ClipModel(Sizes, seed: 7);
        _folder.Write(name, WeightFiles.Write(StateDict.Of(model)));
        _folder.Write("config.json", """{"quick_gelu": true}""");
        using var merges = new MemoryStream();
        Vocabulary.Write(merges);
        _folder.Write("vocabulary.txt", merges.ToArray());
        return model;
    }
}
