using System.Security.Cryptography;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>From an experiment to what a run is started with. All that a workflow must not look up for itself happens here.</summary>
/// <param name="emojiPackages">Gives the <c>node_modules</c> folder with the emoji packages; called only where they are the source.</param>
public sealed class PipelineRequests(ExperimentLibrary library, Func<CancellationToken, Task<string>> emojiPackages)
{
    // How messages call an experiment that has no file.
    private const string Body = "experiment.yaml";

    /// <summary>Reads an experiment file; needs no store.</summary>
    /// <exception cref="ExperimentInvalidException">The file has errors.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async Task<ExperimentText> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var yaml = await ExperimentFile.ReadTextAsync(file, cancellationToken);
        var folder = ExperimentFolder.Of(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new ExperimentText(ExperimentFile.Parse(yaml, file, folder), yaml);
    }

    /// <summary>Reads a request of another machine, whose YAML may not name every file of this one.</summary>
    /// <param name="dataFolder">Folder whose files YAML may name; null for none.</param>
    /// <exception cref="RunRequestException">The request is invalid.</exception>
    /// <exception cref="ExperimentInvalidException">The experiment has errors.</exception>
    public async Task<ExperimentText> ReadAsync(RunStart start, string? dataFolder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        switch (start)
        {
            case { Experiment: { } name, Yaml: null }:
                var file = library.PathOf(name) ?? throw new RunRequestException(
                    $"There is no experiment '{name}'; there are {string.Join(", ", library.Names)}. Or send the YAML of one.");
                return await ReadAsync(file, cancellationToken);
            case { Experiment: null, Yaml: { } yaml }:
                return new ExperimentText(ExperimentFile.Parse(yaml, Body, ExperimentFolder.Confined(dataFolder)), yaml);
            default:
                throw new RunRequestException("Give either the name of an experiment or the YAML of one.");
        }
    }

    /// <summary>Pins what an experiment points to: the state of its source, or a stored version; the hash of its vocabulary.</summary>
    /// <param name="dataset"><c>NAME</c> or <c>NAME@VERSION</c> of a stored dataset; null for the experiment's source.</param>
    /// <exception cref="RunRequestException">The stored dataset has images of another size.</exception>
    /// <exception cref="ExperimentMisfitException">The stored dataset lacks something that the experiment needs.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such stored dataset.</exception>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<RunRequest<PipelineInput, PipelineOutput>> CreateAsync(
        ExperimentText text, ArtifactStore store, string? dataset, bool fresh, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var experiment = text.Experiment with { Tokenizer = await PinAsync(text.Experiment.Tokenizer, cancellationToken) };
        var section = experiment.Dataset;
        dataset ??= section.Source is StoredSection stored
            ? stored.Version is { } version ? $"{section.Name}@{version}" : section.Name
            : null;
        if (dataset is not null)
            return Again(experiment.Name, await UseStoredAsync(experiment, text.Yaml, store, dataset, cancellationToken), fresh);

        var source = await SourceOfAsync(section.Source, cancellationToken);
        var spec = new DatasetSpec(section.Name, source, section.Image.Size, section.Image.Encoding);
        var input = new PipelineInput(experiment, text.Yaml, spec, await source.SnapshotAsync(cancellationToken));
        return Again(experiment.Name, input, fresh);
    }

    /// <summary>The recorded input of a run with the packages of this machine: another one may have begun it.</summary>
    internal async Task<PipelineInput> LocateAsync(PipelineInput input, CancellationToken cancellationToken) =>
        input.Dataset is { Source: EmojiSourceSpec } dataset
            ? input with { Dataset = dataset with { Source = new EmojiSourceSpec(await emojiPackages(cancellationToken)) } }
            : input;

    /// <summary>What a run with this input is started with.</summary>
    internal static RunRequest<PipelineInput, PipelineOutput> Again(string experiment, PipelineInput input, bool fresh = false) =>
        new(experiment, PipelineWorkflow.Main.Reference, input, fresh) { TrainingStages = input.Experiment.Training.Parallel };

    private static async Task<PipelineInput> UseStoredAsync(
        Experiment experiment, string yaml, ArtifactStore store, string dataset, CancellationToken cancellationToken)
    {
        var manifest = await new DatasetCatalog(store).FindAsync(dataset, cancellationToken);
        var size = experiment.Dataset.Image.Size;
        if (manifest.MediaSize != size)
        {
            throw new RunRequestException(
                $"Dataset {manifest.Name}@{manifest.Version} has images of {manifest.MediaSize} pixels, and experiment "
                    + $"'{experiment.Name}' wants {size}. "
                + $"Set dataset.image.size to {manifest.MediaSize} in the experiment, or prepare the dataset with that size.");
        }
        var stored = await DatasetVersion.OfAsync(store, manifest, cancellationToken);
        // What does not fit is known now: no run need fail of it.
        EvaluationPlan.Resolve(experiment, stored);
        var section = experiment.Dataset with { Name = manifest.Name, Source = new StoredSection(manifest.Version) };
        return new PipelineInput(experiment with { Dataset = section }, yaml, Dataset: null, Snapshot: "")
        {
            Stored = stored,
        };
    }

    private async Task<SourceSpec> SourceOfAsync(SourceSection source, CancellationToken cancellationToken) => source switch
    {
        PairsSection pairs => new PairsSourceSpec(
            pairs.Path, pairs.ImageColumn, pairs.CaptionColumn, pairs.Delimiter == '\t' ? "tab" : $"{pairs.Delimiter}",
            pairs.ImageRoot, pairs.SplitColumn, pairs.TestFraction, pairs.MaxCaptionLength, pairs.ConfinedTo,
            pairs.ClassColumn),
        KarpathySection karpathy => karpathy.ToSpec(),
        CifarSection cifar => cifar.ToSpec(),
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

/// <summary>An experiment and its text.</summary>
public sealed record ExperimentText(Experiment Experiment, string Yaml);
