namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Experiments that train nothing: weights, or the embeddings of another program, on datasets.</summary>
public static class WeightsEvaluation
{
    /// <summary>The sizes of a model, from its files alone.</summary>
    /// <exception cref="WeightsException">They are not those of a CLIP model.</exception>
    public static async Task<ClipConfig> SizesOfAsync(WeightsSection weights, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return SizesOf(weights, weights.Config is { } path
            ? OpenClipConfig.Read(await File.ReadAllBytesAsync(path, cancellationToken), path)
            : null);
    }

    internal static ClipConfig SizesOf(WeightsSection weights, OpenClipConfig? config) =>
        ClipCheckpoint.SizesOf(ClipCheckpoint.ByUpstreamKey(SafetensorsFile.ReadShapes(weights.Path)), config, weights.Path);

    /// <summary>What another experiment evaluates, with its datasets, at the size of the model's media.</summary>
    /// <param name="sizes">Those of the model; null where embeddings are evaluated without one.</param>
    public static ExperimentText On(ExperimentText other, string name, VariantSection variant, ModelConfig? sizes)
    {
        ArgumentNullException.ThrowIfNull(other);
        DatasetSection Sized(DatasetSection dataset) =>
            dataset.Source is StoredSection || !MediaKinds.Of(dataset.Media).HasMedia || sizes is null
                ? dataset : dataset with { Media = dataset.Media with { Size = MediaKinds.Of(sizes).SizeFor(sizes) } };
        var experiment = other.Experiment;
        return new ExperimentText(
            Of(name, Sized(experiment.Dataset), variant, experiment.Evaluation) with
            {
                Others = experiment.Others?.Select(one => one with { Dataset = Sized(one.Dataset) }).ToArray(),
            }, other.Yaml);
    }

    /// <summary>The whole battery on every split but train of a stored dataset: retrieval, geometry and, by their bare names, the classes of
    /// every list.</summary>
    public static ExperimentText On(DatasetManifest dataset, string name, VariantSection variant)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var section = new DatasetSection(
            dataset.Name, new StoredSection(dataset.Version), MediaKinds.Of(dataset).SectionOf(dataset.MediaSize));
        var evaluation = new EvaluationSection(null, [.. dataset.LabelSets.Select(set => new ZeroShotSection(set.Name, null, ["{}"]))], null);
        return new ExperimentText(
            Of(name, section, variant, evaluation), $"# {variant.Weights?.Path ?? variant.Embeddings?.Path} on {dataset.Name}@{dataset.Version}\n");
    }

    private static Experiment Of(string name, DatasetSection dataset, VariantSection variant, EvaluationSection evaluation) =>
        new(name, dataset, null, null, null, [variant], evaluation);
}
