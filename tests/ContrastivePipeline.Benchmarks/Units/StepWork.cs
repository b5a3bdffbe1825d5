using static TorchSharp.torch;

namespace ContrastivePipeline.Benchmarks.Units;

/// <summary>The arithmetic of one training step.</summary>
/// <param name="Images">FLOP for images.</param>
/// <param name="Texts">FLOP for captions and sentences.</param>
internal sealed record StepWork(double Images, double Texts)
{
    public double Total => Images + Texts;

    /// <summary>Mean over a few batches, texts padded as the trainer pads them.</summary>
    public static StepWork Of(TrainingRecipe recipe, TrainingSet set, int batches)
    {
        var objectives = recipe.Objectives;
        double texts = 0;
        for (var batch = 0; batch < batches; batch++)
        {
            var rows = Enumerable.Range(batch * recipe.BatchSize, recipe.BatchSize).ToArray();
            texts += Padded(recipe, [.. rows.Select(row => set.Pairs.TokensOf(row % set.Pairs.Count))]) * (
                objectives.Need(ObjectiveNeeds.SecondTextView) ? 2 : 1);
            if (objectives.Need(ObjectiveNeeds.Triples))
            {
                var triples = Enumerable.Range(batch * recipe.TriplesPerStep, recipe.TriplesPerStep)
                    .Select(row => set.Triples[row % set.Triples.Count]).ToArray();
                texts += Padded(
                    recipe, [.. triples.Select(t => t.Anchor), .. triples.Select(t => t.Positive), .. triples.Select(t => t.Negative)]);
            }
        }
        return new StepWork(
            ClipFlops.ForwardAndBackward * recipe.BatchSize * ClipFlops.Image((ClipConfig)recipe.Model),
            ClipFlops.ForwardAndBackward * texts / batches);
    }

    private static double Padded(TrainingRecipe recipe, IReadOnlyList<int[]> texts)
    {
        using var scope = NewDisposeScope();
        return TextBatch.Of(texts).Groups.Sum(group => group.Ids.size(0) * ClipFlops.Text((ClipConfig)recipe.Model, (int)group.Ids.size(1)));
    }
}
