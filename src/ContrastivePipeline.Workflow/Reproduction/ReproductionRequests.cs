using System.Security.Cryptography;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>From an experiment to what a run is started with. All that a workflow must not look up for itself happens here.</summary>
/// <param name="library">The experiments that come with the program.</param>
/// <param name="emojiPackages">Gives the <c>node_modules</c> folder with the emoji packages; called only where they are the source.</param>
public sealed class ReproductionRequests(ExperimentLibrary library, Func<CancellationToken, Task<string>> emojiPackages)
{
    // How messages call an experiment that has no file.
    private const string Body = "experiment.yaml";

    /// <summary>Reads an experiment file and pins what it points to: the state of its source, the hash of its vocabulary file.</summary>
    /// <param name="file">The experiment file.</param>
    /// <param name="fresh">Do everything anew.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ExperimentInvalidException">The file has errors.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public async Task<RunRequest<ReproductionInput, ReproductionOutput>> CreateAsync(
        string file, bool fresh, CancellationToken cancellationToken)
    {
        var yaml = await ExperimentFile.ReadTextAsync(file, cancellationToken);
        var folder = ExperimentFolder.Of(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return await PinAsync(ExperimentFile.Parse(yaml, file, folder), yaml, fresh, cancellationToken);
    }

    /// <summary>Does the same for somebody elsewhere, whose YAML may not name every file of this machine.</summary>
    /// <param name="start">What is to be run.</param>
    /// <param name="dataFolder">Folder whose files YAML may name; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RunRequestException">The request makes no sense.</exception>
    /// <exception cref="ExperimentInvalidException">The experiment has errors.</exception>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public async Task<RunRequest<ReproductionInput, ReproductionOutput>> CreateAsync(
        RunStart start, string? dataFolder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        switch (start)
        {
            case { Experiment: { } name, Yaml: null }:
                var file = library.PathOf(name) ?? throw new RunRequestException(
                    $"There is no experiment '{name}'; there are {string.Join(", ", library.Names)}. Or send the YAML of one.");
                return await CreateAsync(file, start.Fresh, cancellationToken);
            case { Experiment: null, Yaml: { } yaml }:
                var experiment = ExperimentFile.Parse(yaml, Body, ExperimentFolder.Confined(dataFolder));
                return await PinAsync(experiment, yaml, start.Fresh, cancellationToken);
            default:
                throw new RunRequestException("Give either the name of an experiment or the YAML of one.");
        }
    }

    /// <summary>What a run with this input is started with.</summary>
    internal static RunRequest<ReproductionInput, ReproductionOutput> Again(string experiment, ReproductionInput input, bool fresh = false) =>
        new(experiment, ReproductionWorkflow.Main.Reference, input, fresh) { TrainingStages = input.Experiment.Training.Parallel };

    private async Task<RunRequest<ReproductionInput, ReproductionOutput>> PinAsync(
        Experiment experiment, string yaml, bool fresh, CancellationToken cancellationToken)
    {
        experiment = experiment with { Tokenizer = await PinAsync(experiment.Tokenizer, cancellationToken) };
        var source = await SourceOfAsync(experiment.Dataset.Source, cancellationToken);
        var image = experiment.Dataset.Image;
        var dataset = new DatasetSpec(experiment.Dataset.Name, source, image.Size, image.Encoding);
        var input = new ReproductionInput(experiment, yaml, dataset, await source.SnapshotAsync(cancellationToken));
        return Again(experiment.Name, input, fresh);
    }

    private async Task<SourceSpec> SourceOfAsync(SourceSection source, CancellationToken cancellationToken) => source switch
    {
        PairsSection pairs => new PairsSourceSpec(
            pairs.Path, pairs.ImageColumn, pairs.CaptionColumn, pairs.Delimiter == '\t' ? "tab" : $"{pairs.Delimiter}",
            pairs.ImageRoot, pairs.SplitColumn, pairs.TestFraction),
        _ => new EmojiSourceSpec(await emojiPackages(cancellationToken)),
    };

    private static async Task<TokenizerSection> PinAsync(TokenizerSection tokenizer, CancellationToken cancellationToken)
    {
        if (tokenizer is not ClipTokenizerSection { Path: { } path, Sha256: null } clip)
            return tokenizer;
        await using var content = File.OpenRead(path);
        return clip with { Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) };
    }
}
