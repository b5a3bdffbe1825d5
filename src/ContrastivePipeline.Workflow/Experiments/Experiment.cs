using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>An experiment: variants × seeds × evaluations. Read from a file by <see cref="ExperimentFile"/>.</summary>
/// <param name="Name">Lower-case words joined by '-'; names the experiment's folder of runs.</param>
/// <param name="Dataset">The dataset that the variants are trained on; where none is trained, the first that is evaluated.</param>
/// <param name="Training">Null, as tokenizer and model, where no variant is trained.</param>
/// <param name="Variants">What differs; the first is the baseline of comparisons.</param>
/// <param name="Evaluation">What is measured on the training dataset's own splits.</param>
public sealed record Experiment(
    string Name,
    DatasetSection Dataset,
    TokenizerSection? Tokenizer,
    ModelSection? Model,
    TrainingSection? Training,
    IReadOnlyList<VariantSection> Variants,
    EvaluationSection Evaluation)
{
    /// <summary>Other datasets, and what is measured on each; null, and absent from JSON as older programs wrote it, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DatasetEvaluation>? Others { get; init; }
}

/// <summary>A dataset that is only evaluated, and what is measured on it.</summary>
public sealed record DatasetEvaluation(DatasetSection Dataset, EvaluationSection Evaluation)
{
    /// <summary>The dataset's name.</summary>
    public string Name => Dataset.Name;
}

/// <summary>From YAML nodes to an experiment. Defaults are the demo's sizes.</summary>
/// <param name="forEvaluation">Whether only its datasets and evaluations are wanted: it need not say how to train.</param>
internal sealed partial class ExperimentReader(ConfigProblems problems, ExperimentFolder folder, bool forEvaluation = false)
{
    public Experiment Read(ConfigNode node)
    {
        var root = new ConfigSection(node, "", problems);
        var name = root.RequiredText("name");
        if (name.Length > 0 && !Names().IsMatch(name))
            root.Fail("name", $"name cannot be '{name}': use lower-case letters, digits and '-', as in 'my-experiment'");
        var named = root.Has("datasets") ? root.Section("training") : null;
        var (dataset, evaluation, others) = ReadDatasets(root, named, name);
        var variants = new VariantSectionReader(problems, folder).Read(root, dataset.Source, named?.Has("triples") == true);
        var trains = !forEvaluation && (variants.Count == 0 || variants.Any(variant => variant.IsTrained));
        var tokenizer = new TokenizerSectionReader(folder).Read(root.Section("tokenizer"));
        var model = ModelSectionReader.Read(root.Section("model"), dataset.Media);
        var training = ReadTraining(root, named, trains, MediaKinds.Of(dataset.Media));
        var experiment = new Experiment(
            name, dataset, training is null ? null : tokenizer, training is null ? null : model, training, variants, evaluation)
        {
            Others = others.Count > 0 ? others : null,
        };
        root.Close();
        if (named is null && training?.Triples is not null)
            problems.Add(node.At("training", "triples"), "training.triples names one of datasets: use datasets for the one to train on as well");
        if (training is not null)
        {
            CheckMedia(variants, dataset, node);
            CheckViews(variants, model.Text, training.Augment, MediaKinds.Of(dataset.Media), node);
        }
        return experiment;
    }

    private static TrainingSection? ReadTraining(ConfigSection root, ConfigSection? named, bool trains, MediaKind media)
    {
        if (!trains && !root.Has("training"))
            return null;
        var required = root.RequiredSection("training");
        return TrainingSectionReader.Read(named ?? required, media);
    }

    // One dataset with its own splits, or datasets by name and evaluations that each name theirs.
    private (DatasetSection Trained, EvaluationSection Evaluation, IReadOnlyList<DatasetEvaluation> Others) ReadDatasets(
        ConfigSection root, ConfigSection? training, string experiment)
    {
        if (training is not null)
            return new EvaluationListReader(problems, folder).Read(root, training);
        if (root.Has("evaluations"))
            root.Fail("evaluations", "evaluations needs datasets: name them there, or give evaluation for the splits of one dataset");
        var dataset = new DatasetSectionReader(problems, folder).Read(root.RequiredSection("dataset"), experiment);
        return (dataset, new EvaluationSectionReader(problems, folder).Read(root.Section("evaluation"), dataset.Source), []);
    }

    private void CheckMedia(IReadOnlyList<VariantSection> variants, DatasetSection dataset, ConfigNode node)
    {
        const ObjectiveNeeds media = ObjectiveNeeds.Media | ObjectiveNeeds.SecondMediaView;
        if (!MediaKinds.Of(dataset.Media).HasMedia && variants.FirstOrDefault(v => v.IsTrained && v.Objectives.Need(media)) is { } needy)
        {
            problems.Add(node.At("variants"), $"variant '{needy.Name}' compares media with texts, and dataset '{dataset.Name}' has texts alone: "
                + "train variants of sentence objectives, as in 'simcse: { contrastive: 0, ls: 1 }'");
        }
    }

    // Two identical views attract each other at no cost: the term would train nothing, and the comparison would blame L_s.
    private void CheckViews(IReadOnlyList<VariantSection> variants, TextSection text, Augmentation augment, MediaKind media, ConfigNode node)
    {
        var needy = variants.FirstOrDefault(variant => variant.Objectives.Need(ObjectiveNeeds.SecondTextView));
        if (needy is not null && text.Dropout == 0)
        {
            problems.Add(node.At("model", "text", "dropout"),
                $"model.text.dropout is 0, so the two dropout views of a caption that variant '{needy.Name}' "
                + "compares are identical: give more than 0, such as 0.1, or leave out its ls and inmodal");
        }
        if (variants.FirstOrDefault(variant => variant.Objectives.Need(ObjectiveNeeds.SecondMediaView)) is { } twice
            && augment.IsNone)
        {
            problems.Add(node.At("training", "augment"),
                $"training.augment changes nothing, so the two views of a media item that variant '{twice.Name}' "
                + $"compares are identical: {media.AugmentationHint}, or leave out its inmodal");
        }
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Names();
}
