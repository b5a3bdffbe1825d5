namespace ContrastivePipeline.Workflow.Pipeline;

internal static class Recipes
{
    public static TrainingRecipe Of(
        Experiment experiment, VariantSection variant, int seed, DatasetVersion dataset, PreparedTokenizer tokenizer)
    {
        var (model, training) = (experiment.Model!, experiment.Training!);
        return new TrainingRecipe(
            MediaKinds.Of(experiment.Dataset.Media).ModelOf(
                experiment.Dataset.Media, model.Tower, model.Embedding,
                new TextConfig(tokenizer.Size, model.Context, model.Text.Width, model.Text.Heads, model.Text.Layers, model.Text.Dropout)),
            variant.Objectives,
            training.Batch,
            new LearningRateSchedule(
                training.LearningRate, training.WarmupSteps(dataset.TrainingPairs), training.TotalSteps(dataset.TrainingPairs)),
            new AdamWOptions(training.WeightDecay, training.Decay),
            seed,
            training.Augment,
            training.Sentence.Space,
            training.Sentence.Temperature,
            training.ClipNorm)
        {
            MediaTower = training.MediaTower,
            TextTower = training.TextTower,
            TriplesBatchSize = variant.Objectives.Need(ObjectiveNeeds.Triples) && training.TriplesPerStep != training.Batch
                ? training.TriplesPerStep : null,
        };
    }
}
