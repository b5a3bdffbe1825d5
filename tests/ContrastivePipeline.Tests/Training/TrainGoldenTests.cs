using static ContrastivePipeline.Tests.Modeling.GoldenTorch;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class TrainGoldenTests
{
    [Theory]
    [MemberData(nameof(Golden.Cases), "schedule", MemberType = typeof(Golden))]
    public void Learning_rates_are_those_of_the_reference(GoldenCase golden)
    {
        var schedule = new LearningRateSchedule(
            golden.ConfigDouble("base_lr"), golden.ConfigInt("warmup_steps"), golden.ConfigInt("total_steps"));
        var expected = golden.Doubles("out.lr");
        foreach (var (step, i) in golden.Longs("in.step").Select((s, i) => (s, i)))
            AssertAbsolute(expected[i], schedule.At(step), 1e-15, $"step {step}");
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "train-10", MemberType = typeof(Golden))]
    public void Losses_rates_and_final_weights_are_those_of_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var state = Start(golden);
        Assert.Equal(Names(golden, "parameters_with_decay"), state.Optimizer.Decaying.Order(StringComparer.Ordinal));

        var (losses, rates, scales) = (golden.Doubles("out.loss"), golden.Doubles("out.lr"), golden.Doubles("out.logit_scale_after_step"));
        foreach (var record in Train(golden, state, losses.Length))
        {
            AssertAbsolute(losses[record.Step], record.Losses.Total, 1e-4, $"loss of step {record.Step}");
            AssertAbsolute(rates[record.Step], record.LearningRate, 1e-12, $"rate of step {record.Step}");
            AssertAbsolute(scales[record.Step], record.LogitScale, 2e-5, $"logit scale after step {record.Step}");
        }
        CheckFinalWeights(golden, state.Model);
        CheckFinalFeatures(golden, state.Model);
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "train-10", MemberType = typeof(Golden))]
    public void The_logit_scale_is_clamped(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var state = Start(golden);
        using (no_grad())
            state.Model.LogitScale.copy_(golden.Tensor("in.clamp.logit_scale"));

        var (losses, scales) = (golden.Doubles("out.clamp.loss"), golden.Doubles("out.clamp.logit_scale_after_step"));
        foreach (var record in Train(golden, state, losses.Length))
        {
            AssertAbsolute(losses[record.Step], record.Losses.Total, 5e-3, $"loss of step {record.Step}");
            AssertAbsolute(scales[record.Step], record.LogitScale, 2e-5, $"logit scale after step {record.Step}");
        }
    }

    private static TrainingState Start(GoldenCase golden)
    {
        var c = golden.Config;
        var recipe = new TrainingRecipe(
            golden.ClipConfig(),
            TinyTraining.Weights(c.GetProperty("lambda_crossmodal").GetDouble(), c.GetProperty("lambda_inmodal").GetDouble()),
            golden.ConfigInt("batch"),
            new LearningRateSchedule(golden.ConfigDouble("lr"), golden.ConfigInt("warmup"), golden.ConfigInt("total_steps")),
            new AdamWOptions(
                golden.ConfigDouble("weight_decay"), DecayRule.CyClip, c.GetProperty("betas")[0].GetDouble(),
                c.GetProperty("betas")[1].GetDouble(),
                golden.ConfigDouble("eps")),
            Seed: 1, new ImageAugmentation(), MaxLogitScale: c.GetProperty("logit_scale_clamp")[1].GetDouble());
        var state = new TrainingState(recipe);
        state.Model.LoadWeights(golden.TorchWeights(), golden.WeightsPath);
        return state;
    }

    private static IEnumerable<StepRecord> Train(GoldenCase golden, TrainingState state, int steps)
    {
        var trainer = new Trainer(state);
        var (pixels, ids, indices) = (
            golden.Tensor("in.pool.pixel_values"), golden.Tensor("in.pool.input_ids"), golden.Tensor("in.batch_indices"));
        for (var step = 0; step < steps; step++)
        {
            var rows = indices.select(0, step);
            yield return trainer.Step(new Batch(pixels.index_select(0, rows), TextBatch.Of(TokenBatch.EndingWithHighest(ids.index_select(0, rows)))));
        }
    }

    private static void CheckFinalWeights(GoldenCase golden, DualEncoder model)
    {
        var weights = StateDict.Of(model);
        foreach (var name in golden.Tensors.Keys.Where(n => n.StartsWith("out.final.", StringComparison.Ordinal) && !n.Contains(".eval.")))
        {
            var expected = golden.Tensor(name).to(ScalarType.Float32);
            var difference = (expected - weights[name["out.final.".Length..]].detach().to(ScalarType.Float32)).abs();
            Assert.True(difference.max().item<float>() <= 6e-3, $"{name}: differs by {difference.max().item<float>():g3}.");
            var close = difference.le(2e-5).to(ScalarType.Float32).mean().item<float>();
            Assert.True(close >= 0.99, $"{name}: only {close:p1} of the entries are within 2e-5.");
        }
    }

    private static void CheckFinalFeatures(GoldenCase golden, DualEncoder model)
    {
        using var noGrad = no_grad();
        model.eval();
        var images = model.EncodeMedia(golden.Tensor("in.pool.pixel_values"));
        var texts = model.EncodeText(TokenBatch.EndingWithHighest(golden.Tensor("in.pool.input_ids")));
        AssertRelative(golden.Tensor("out.final.eval.image_features"), images, 1e-4, "image features");
        AssertRelative(golden.Tensor("out.final.eval.text_features"), texts, 1e-4, "text features");
        foreach (var (name, features) in new[] { ("image_embeds", images), ("text_embeds", texts) })
        {
            var difference = (golden.Tensor($"out.final.eval.{name}") - DualEncoder.Normalize(features)).abs().max().item<float>();
            Assert.True(difference <= 1e-4, $"{name}: differs by {difference:g3}.");
        }
    }

    private static IEnumerable<string> Names(GoldenCase golden, string list) =>
        golden.Config.GetProperty(list).EnumerateArray().Select(n => n.GetString()!).Order(StringComparer.Ordinal);
}
