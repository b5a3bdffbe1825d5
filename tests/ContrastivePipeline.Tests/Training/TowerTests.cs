using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class TowerTests
{
    private static readonly TrainingSet Set = TinyTraining.Set();

    [Fact]
    public void A_frozen_media_tower_stays_what_it_is_with_its_statistics()
    {
        var (before, after) = Train(TinyTraining.Recipe() with { MediaTower = new TowerTraining(Frozen: true) });
        Assert.All(before.Keys.Where(key => key.StartsWith("visual.", StringComparison.Ordinal)), key => Assert.Equal(before[key], after[key]));
        Assert.All(["text_projection", "logit_scale"], key => Assert.NotEqual(before[key], after[key]));
    }

    [Fact]
    public void A_frozen_text_tower_stays_what_it_is()
    {
        var (before, after) = Train(TinyTraining.Recipe() with { TextTower = new TowerTraining(Frozen: true) });
        Assert.All(before.Keys.Where(key => !key.StartsWith("visual.", StringComparison.Ordinal) && key != "logit_scale"), key =>
            Assert.Equal(before[key], after[key]));
        Assert.NotEqual(before["visual.conv1.weight"], after["visual.conv1.weight"]);
    }

    [Fact]
    public void A_tower_s_own_rate_is_a_factor_of_the_schedule()
    {
        // Without decay, Adam's first step is the rate times the sign of the gradient, whatever its size.
        var recipe = TinyTraining.Recipe() with { Optimizer = new AdamWOptions(0) };
        var (before, whole) = Train(recipe, 1);
        var (_, tenth) = Train(recipe with { TextTower = new TowerTraining(LearningRate: recipe.Schedule.BaseRate / 10) }, 1);
        double Moved(Dictionary<string, float[]> after, string key) => before[key].Zip(after[key], (a, b) => Math.Abs(a - b)).Max();
        Assert.Equal(Moved(whole, "visual.conv1.weight"), Moved(tenth, "visual.conv1.weight"), 1e-9);
        Assert.Equal(Moved(whole, "text_projection") / 10, Moved(tenth, "text_projection"), Moved(whole, "text_projection") / 50);
    }

    [Fact]
    public void Training_of_a_part_that_stops_and_goes_on_ends_with_the_same_bytes()
    {
        var recipe = TinyTraining.Recipe() with { MediaTower = new TowerTraining(Frozen: true), TextTower = new TowerTraining(LearningRate: 5e-4) };
        var whole = TinyTraining.Train(recipe, Set, 8);
        Assert.Equal(whole, TinyTraining.Train(recipe, Set, 8, TinyTraining.Train(recipe, Set, 3)));
    }

    [Theory]
    [InlineData(TextPooling.End, false)]
    [InlineData(TextPooling.First, true)]
    [InlineData(TextPooling.Mean, true)]
    [InlineData(TextPooling.Mean, false)]
    public void What_a_text_is_padded_to_changes_nothing_of_its_feature(TextPooling pooling, bool bidirectional)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tiny = (ClipConfig)TinyTraining.Recipe().Model;
        using var model = new ClipModel(tiny with { Text = tiny.Text with { Bidirectional = bidirectional, Pooling = pooling } }, 3);
        model.eval();
        int[][] texts = [[58, 7, 9, 59], [58, 3, 59], [58, 11, 12, 13, 14, 15, 16, 59]];
        var together = model.EncodeText(TokenBatch.Of(texts));
        for (var i = 0; i < texts.Length; i++)
        {
            var alone = model.EncodeText(TokenBatch.Of([texts[i]])).squeeze(0);
            Assert.True((together[i] - alone).abs().max().item<float>() < 2e-6f, $"text {i}");
        }
        // A bidirectional tower sees the word at the end from the first token; a causal one does not.
        if (pooling == TextPooling.First)
        {
            var other = model.EncodeText(TokenBatch.Of([[58, 7, 10, 59]])).squeeze(0);
            Assert.True((together[0] - other).abs().max().item<float>() > 1e-4f);
        }
    }

    private static (Dictionary<string, float[]> Before, Dictionary<string, float[]> After) Train(TrainingRecipe recipe, int steps = 4)
    {
        using var state = new TrainingState(recipe);
        var before = Values(state);
        foreach (var _ in new Trainer(state).Run(new BatchSource(Set, recipe), steps))
        {
        }
        return (before, Values(state));
    }

    private static Dictionary<string, float[]> Values(TrainingState state) => StateDict.Of(state.Model)
        .ToDictionary(p => p.Key, p => p.Value.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray());
}
