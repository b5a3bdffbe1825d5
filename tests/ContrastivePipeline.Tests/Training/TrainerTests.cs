using System.Diagnostics;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class TrainerTests
{
    public static TheoryData<string> Variants => [.. ObjectivesByVariant.Keys];

    private static readonly Dictionary<string, ObjectiveWeights> ObjectivesByVariant = new()
    {
        ["clip"] = new(),
        ["cyclip"] = TinyTraining.Weights(0.25, 0.25),
        ["clip+ls"] = TinyTraining.Weights(ls: 1),
        ["clip+ln"] = TinyTraining.Weights(ln: 1),
        ["in-modal"] = TinyTraining.Weights(0.25, 0.25, inModal: true),
        ["ls alone"] = new([(SentenceUnsupervised.Name, 1)]),
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Training_that_stops_and_goes_on_ends_with_the_same_bytes(string variant)
    {
        var (recipe, set) = (TinyTraining.Recipe(ObjectivesByVariant[variant]), TinyTraining.Set());
        var whole = TinyTraining.Train(recipe, set, 12);
        var parts = TinyTraining.Train(recipe, set, 5);
        parts = TinyTraining.Train(recipe, set, 6, parts);
        parts = TinyTraining.Train(recipe, set, 12, parts);
        Assert.True(whole.AsSpan().SequenceEqual(parts));
    }

    [Fact]
    public void Training_without_a_media_tower_that_stops_and_goes_on_ends_with_the_same_bytes()
    {
        var recipe = TinyTraining.Recipe(new([(SentenceUnsupervised.Name, 1), (SentenceSupervised.Name, 1)]));
        recipe = recipe with { Model = new ClipTextConfig(8, recipe.Model.Text), Augmentation = new NoAugmentation() };
        var images = TinyTraining.Set();
        var set = new TrainingSet(
            new DecodedMedia(new NoMediaInput(), [.. Enumerable.Repeat(Array.Empty<byte>(), images.Media.Count)]), images.Pairs, images.Triples);
        var whole = TinyTraining.Train(recipe, set, 12);
        Assert.True(whole.AsSpan().SequenceEqual(TinyTraining.Train(recipe, set, 12, TinyTraining.Train(recipe, set, 5))));
        Assert.False(whole.AsSpan().SequenceEqual(TinyTraining.Train(recipe with { Seed = 2 }, set, 12)));
    }

    [Fact]
    public void Training_on_captions_that_repeat_stops_and_goes_on_to_the_same_bytes()
    {
        var (recipe, set) = (TinyTraining.Recipe() with { TriplesBatchSize = 5 }, TinyTraining.Repeated());
        var whole = TinyTraining.Train(recipe, set, 12);
        Assert.True(whole.AsSpan().SequenceEqual(TinyTraining.Train(recipe, set, 12, TinyTraining.Train(recipe, set, 7))));
        var other = TinyTraining.Train(recipe with { TriplesBatchSize = 6 }, set, 12);
        Assert.False(whole.AsSpan().SequenceEqual(other));
    }

    [Fact]
    public void A_recipe_without_a_batch_of_triples_is_written_as_before_there_was_one()
    {
        var recipe = TinyTraining.Recipe();
        Assert.DoesNotContain("Triples", System.Text.Json.JsonSerializer.Serialize(recipe), StringComparison.Ordinal);
        Assert.NotEqual(recipe.Fingerprint(), (recipe with { TriplesBatchSize = 4 }).Fingerprint());
        Assert.Equal((8, 4), (recipe.TriplesPerStep, (recipe with { TriplesBatchSize = 4 }).TriplesPerStep));
    }

    [Fact]
    public void SimCSE_s_own_head_is_trained_saved_and_restored()
    {
        var recipe = TinyTraining.Recipe() with { SentenceSpace = SentenceSpace.Encoder };
        var set = TinyTraining.Set();
        var whole = TinyTraining.Train(recipe, set, 6);
        Assert.True(whole.AsSpan().SequenceEqual(TinyTraining.Train(recipe, set, 6, TinyTraining.Train(recipe, set, 3))));
        Assert.False(whole.AsSpan().SequenceEqual(TinyTraining.Train(recipe with { SentenceSpace = SentenceSpace.Projected }, set, 6)));
    }

    [Fact]
    public async Task Trainings_side_by_side_do_not_influence_each_other()
    {
        var set = TinyTraining.Set();
        var alone = TinyTraining.Train(TinyTraining.Recipe(), set, 12);
        var both = await Task.WhenAll(
            Enumerable.Range(1, 3).Select(seed => Task.Run(() => TinyTraining.Train(TinyTraining.Recipe(seed: seed), set, 12))));
        Assert.True(alone.AsSpan().SequenceEqual(both[0]));
        Assert.False(alone.AsSpan().SequenceEqual(both[1]));
    }

    [Fact]
    public void Garbage_collections_at_any_moment_change_nothing()
    {
        var (recipe, set) = (TinyTraining.Recipe(steps: 60), TinyTraining.Set());
        var calm = TinyTraining.Train(recipe, set, 60);
        var done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        var disturbed = TinyTraining.Train(recipe, set, 60);
        Volatile.Write(ref done, true);
        collector.Join();
        Assert.True(calm.AsSpan().SequenceEqual(disturbed));
    }

    [Fact]
    public void The_loss_falls_on_pairs_that_it_sees_again_and_again()
    {
        var (recipe, set) = (TinyTraining.Recipe(new ObjectiveWeights(), steps: 60, learningRate: 3e-3), TinyTraining.Set(8));
        using var state = new TrainingState(recipe);
        var losses = new Trainer(state).Run(new BatchSource(set, recipe), 60).Select(s => s.Losses.Total).ToArray();
        Assert.True(losses[^5..].Average() < 0.5 * losses[..5].Average(), $"{losses[0]} → {losses[^1]}");
    }

    [Fact]
    public void Terms_that_a_variant_lacks_are_zero_and_the_total_is_the_weighted_sum()
    {
        var weights = TinyTraining.Weights(0.25, 0.5, 2, 3);
        var recipe = TinyTraining.Recipe(weights);
        using var state = new TrainingState(recipe);
        var l = new Trainer(state).Run(new BatchSource(TinyTraining.Set(), recipe), 1).Single().Losses;
        Assert.Equal(
            l["contrastive"] + 0.25f * l["cyclic_cross"] + 0.5f * l["cyclic_inmodal"] + 2 * l["ls"] + 3 * l["ln"], l.Total, 1e-4f);

        using var plain = new TrainingState(TinyTraining.Recipe(new ObjectiveWeights()));
        l = new Trainer(plain).Run(new BatchSource(TinyTraining.Set(), plain.Recipe), 1).Single().Losses;
        Assert.Equal(l.Total, l["contrastive"]);
        Assert.Equal(["contrastive"], l.ByObjective.Keys);
        Assert.Equal(0, l["ls"]);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_training_and_leaves_the_state_of_the_step_before()
    {
        var (recipe, set) = (TinyTraining.Recipe(new ObjectiveWeights()), TinyTraining.Set());
        using var state = new TrainingState(recipe);
        var trainer = new Trainer(state);
        Assert.Single(trainer.Run(new BatchSource(set, recipe), 1));
        var good = state.Save().Bytes();
        using var scope = NewDisposeScope();
        var batch = new BatchSource(set, recipe).At(1);
        var error = Assert.Throws<LossNotFiniteException>(
            () => trainer.Step(batch with { Media = full([8, 3, TinyTraining.Side, TinyTraining.Side], float.NaN) }));
        Assert.Equal(1, error.Step);
        Assert.Contains("step 1", error.Message);
        Assert.Contains("learning_rate", error.Message);
        Assert.Equal(good, state.Save().Bytes());
    }

    [Fact]
    public void A_gradient_that_is_not_finite_stops_training_and_leaves_the_state_of_the_step_before()
    {
        var (recipe, set) = (TinyTraining.Recipe(new ObjectiveWeights()), TinyTraining.Set());
        using var state = new TrainingState(recipe);
        var trainer = new Trainer(state);
        Assert.Single(trainer.Run(new BatchSource(set, recipe), 1));
        var good = state.Save().Bytes();
        using var scope = NewDisposeScope();
        // As an overflow in a backward pass whose loss is finite: the gradient of one parameter becomes infinite on its way.
        var parameter = state.Model.named_parameters().Single(p => p.name == "text_projection").parameter;
        var infinite = full_like(parameter, float.PositiveInfinity, requires_grad: false);
        parameter.grad = infinite;

        var error = Assert.Throws<LossNotFiniteException>(() => trainer.Step(new BatchSource(set, recipe).At(1)));

        Assert.Equal(1, error.Step);
        Assert.Contains("gradient of step 1", error.Message);
        Assert.Equal(good, state.Save().Bytes());
    }

    [Fact]
    public void Weights_that_are_not_finite_are_not_saved()
    {
        var (recipe, set) = (TinyTraining.Recipe(new ObjectiveWeights()), TinyTraining.Set());
        using var state = new TrainingState(recipe with { Schedule = recipe.Schedule with { BaseRate = double.MaxValue } });
        Assert.Single(new Trainer(state).Run(new BatchSource(set, state.Recipe), 1));

        var error = Assert.Throws<LossNotFiniteException>(() => state.Save());
        Assert.Equal(0, error.Step);
        Assert.Contains("diverged", error.Message);
    }

    [Fact]
    public void Gradients_are_clipped_to_the_norm()
    {
        var set = TinyTraining.Set();
        var free = TinyTraining.Train(TinyTraining.Recipe(), set, 3);
        var loose = TinyTraining.Train(TinyTraining.Recipe() with { ClipNorm = 1e6 }, set, 3);
        var tight = TinyTraining.Train(TinyTraining.Recipe() with { ClipNorm = 1e-3 }, set, 3);
        static byte[] Moment(byte[] c) => WeightFiles.Read(c)["optimizer.exp_avg.text_projection"].bytes.ToArray();
        Assert.Equal(Moment(free), Moment(loose));
        Assert.NotEqual(Moment(free), Moment(tight));
    }

    [Fact]
    public void Memory_stays_flat_over_many_steps()
    {
        var (recipe, set) = (TinyTraining.Recipe(steps: 1200), TinyTraining.Set());
        using var state = new TrainingState(recipe);
        using var process = Process.GetCurrentProcess();
        long Resident()
        {
            process.Refresh();
            return process.WorkingSet64 >> 20;
        }
        var after = 0L;
        foreach (var step in new Trainer(state).Run(new BatchSource(set, recipe), 400))
        {
            if (step.Step == 100)
                after = Resident();
        }
        // Other tests run beside this one; a step's tensors that stay alive would be hundreds of megabytes.
        Assert.True(LiveTensors() < 5_000, $"{LiveTensors()} tensors are alive");
        Assert.True(Resident() - after < 400, $"{after} MB after 100 steps, {Resident()} MB after 400");
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused()
    {
        var checkpoint = TinyTraining.Train(TinyTraining.Recipe(), TinyTraining.Set(), 1);
        var error = Assert.Throws<WeightsException>(
            () => WeightFiles.Restore(TinyTraining.Recipe(learningRate: 2e-3), checkpoint, "runs/x/checkpoint.safetensors"));
        Assert.Contains("runs/x/checkpoint.safetensors was trained with another configuration", error.Message);
        Assert.Contains("--fresh", error.Message);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        var checkpoint = TinyTraining.Train(TinyTraining.Recipe(), TinyTraining.Set(), 1);
        foreach (var length in new[] { 0, 7, 100, checkpoint.Length / 2, checkpoint.Length - 1 })
            Assert.Throws<WeightsException>(() => WeightFiles.Restore(TinyTraining.Recipe(), checkpoint[..length], "cut"));
    }

    [Fact]
    public void A_set_smaller_than_a_batch_is_refused()
    {
        var error = Assert.Throws<TrainingDataException>(() => new BatchSource(TinyTraining.Set(7), TinyTraining.Recipe()));
        Assert.Contains("7 training pairs, fewer than one batch of 8", error.Message);
        var triples = TinyTraining.Recipe() with { TriplesBatchSize = 51 };
        error = Assert.Throws<TrainingDataException>(() => new BatchSource(TinyTraining.Set(), triples));
        Assert.Contains("50 sentence triples, fewer than one batch of 51. Lower training.triples_batch", error.Message);
    }

    [Fact]
    public void Decay_spares_norms_biases_and_the_logit_scale()
    {
        using var state = new TrainingState(TinyTraining.Recipe());
        Assert.DoesNotContain(
            state.Optimizer.Decaying, n => n.Contains("bn") || n.Contains("ln_") || n.EndsWith("bias") || n == "logit_scale");
        Assert.Contains("visual.layer1.0.downsample.0.weight", state.Optimizer.Decaying);
        Assert.DoesNotContain("visual.layer1.0.downsample.1.weight", state.Optimizer.Decaying);
        Assert.True(DecayRule.CyClip.Decays("visual.layer1.0.downsample.1.weight", 1));
    }

    private static long LiveTensors() => TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
