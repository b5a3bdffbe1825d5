using System.Text.RegularExpressions;
using ContrastivePipeline.Workflow.Experiments.Yaml;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>From YAML nodes to an experiment. Defaults are the demo's sizes.</summary>
internal sealed partial class ExperimentReader(ConfigProblems problems, ExperimentFolder folder)
{
    public Experiment Read(ConfigNode node)
    {
        var root = new ConfigSection(node, "", problems);
        var name = root.RequiredText("name");
        if (name.Length > 0 && !Names().IsMatch(name))
            root.Fail("name", $"name cannot be '{name}': use lower-case letters, digits and '-', as in 'my-experiment'");
        var dataset = new DatasetSectionReader(folder).Read(root.RequiredSection("dataset"), name);
        var experiment = new Experiment(
            name,
            dataset,
            new TokenizerSectionReader(folder).Read(root.Section("tokenizer")),
            ModelSectionReader.Read(root.Section("model"), dataset.Image.Size),
            TrainingSectionReader.Read(root.RequiredSection("training")),
            new VariantSectionReader(problems).Read(root, dataset.Source),
            new EvaluationSectionReader(problems).Read(root.Section("evaluation"), dataset.Source));
        root.Close();
        return experiment;
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Names();
}
