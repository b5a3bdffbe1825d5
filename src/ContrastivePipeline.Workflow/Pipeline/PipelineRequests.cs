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
    /// <param name="forEvaluation">Whether only its datasets and evaluations are wanted: it need not say how to train.</param>
    public static async Task<ExperimentText> ReadAsync(string file, CancellationToken cancellationToken, bool forEvaluation = false)
    {
        var yaml = await ExperimentFile.ReadTextAsync(file, cancellationToken);
        var folder = ExperimentFolder.Of(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new ExperimentText(ExperimentFile.Parse(yaml, file, folder, new ConfigProblems(), forEvaluation), yaml);
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
    /// <exception cref="RunRequestException">The stored dataset has media of another kind or size.</exception>
    /// <exception cref="ExperimentMisfitException">The stored dataset lacks something that the experiment needs.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such stored dataset.</exception>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<RunRequest<PipelineInput, PipelineOutput>> CreateAsync(
        ExperimentText text, ArtifactStore store, string? dataset, bool fresh, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var experiment = text.Experiment with
        {
            Tokenizer = text.Experiment.Tokenizer is { } tokenizer ? await PinAsync(tokenizer, cancellationToken) : null,
            Variants = await PinAsync(text.Experiment.Variants, cancellationToken),
        };
        await RequireSizeAsync(experiment, cancellationToken);
        var others = new List<DatasetRequest>();
        foreach (var other in experiment.Others ?? [])
            others.Add(await PinAsync(experiment, other.Dataset, store, null, cancellationToken));
        var own = await PinAsync(experiment, experiment.Dataset, store, dataset, cancellationToken);
        if (own.Stored is { } used)
        {
            // What does not fit is known now: no run need fail of it.
            if (others.TrueForAll(other => other.Stored is not null))
                EvaluationPlan.Resolve(experiment, [used, .. others.Select(other => other.Stored!)]);
            experiment = experiment with
            {
                Dataset = experiment.Dataset with { Name = used.Name, Source = new StoredSection(used.Version) },
            };
        }
        var input = new PipelineInput(experiment, text.Yaml, own.Prepare?.Spec, own.Prepare?.Snapshot ?? "")
        {
            Stored = own.Stored,
            Others = others.Count > 0 ? others : null,
        };
        return Again(experiment.Name, input, fresh);
    }

    /// <summary>The recorded input of a run with the packages of this machine: another one may have begun it.</summary>
    internal async Task<PipelineInput> LocateAsync(PipelineInput input, CancellationToken cancellationToken)
    {
        var specs = (input.Others ?? []).Select(other => other.Prepare?.Spec).Append(input.Dataset);
        if (!specs.Any(spec => spec is { Source: EmojiSourceSpec }))
            return input;
        var source = new EmojiSourceSpec(await emojiPackages(cancellationToken));
        DatasetSpec? Located(DatasetSpec? spec) => spec is { Source: EmojiSourceSpec } ? spec with { Source = source } : spec;
        return input with
        {
            Dataset = Located(input.Dataset),
            Others = input.Others is null ? null
                : [.. input.Others.Select(o => o.Prepare is null ? o : o with { Prepare = o.Prepare with { Spec = Located(o.Prepare.Spec)! } })],
        };
    }

    /// <summary>What a run with this input is started with.</summary>
    internal static RunRequest<PipelineInput, PipelineOutput> Again(string experiment, PipelineInput input, bool fresh = false) =>
        new(experiment, PipelineWorkflow.Main.Reference, input, fresh) { TrainingStages = input.Experiment.Training?.Parallel ?? 0 };

    private async Task<DatasetRequest> PinAsync(
        Experiment experiment, DatasetSection section, ArtifactStore store, string? dataset, CancellationToken cancellationToken)
    {
        dataset ??= section.Source is StoredSection stored
            ? stored.Version is { } version ? $"{section.Name}@{version}" : section.Name
            : null;
        if (dataset is not null)
            return new DatasetRequest(null, await FindStoredAsync(experiment, section, store, dataset, cancellationToken));
        var source = await SourceOfAsync(section.Source, cancellationToken);
        var spec = new DatasetSpec(section.Name, source, MediaKinds.Of(section.Media).FormatOf(section.Media));
        return new DatasetRequest(new PrepareDatasetInput(spec, await source.SnapshotAsync(cancellationToken)), null);
    }

    private static async Task<DatasetVersion> FindStoredAsync(
        Experiment experiment, DatasetSection section, ArtifactStore store, string dataset, CancellationToken cancellationToken)
    {
        var manifest = await new DatasetCatalog(store).FindAsync(dataset, cancellationToken);
        var (kind, size) = (MediaKinds.Of(section.Media), section.Media.Size);
        var stored = MediaKinds.Of(manifest);
        // Whatever a model takes, it takes texts; what is trained on says what models are made.
        if (!stored.HasMedia && section != experiment.Dataset)
            return await DatasetVersion.OfAsync(store, manifest, cancellationToken);
        if (kind != stored)
        {
            throw new RunRequestException(
                $"Dataset {manifest.Name}@{manifest.Version} has {stored.Words}, and experiment '{experiment.Name}' wants {kind.Words}. "
                    + $"Say how it takes them with dataset.{stored.Name} in the experiment, or name another dataset.");
        }
        if (manifest.MediaSize != size)
        {
            throw new RunRequestException(
                $"Dataset {manifest.Name}@{manifest.Version} has {kind.Words} of {manifest.MediaSize} {kind.SizeUnit}, and experiment "
                    + $"'{experiment.Name}' wants {size}. "
                + $"Set dataset.{kind.Name}.size to {manifest.MediaSize} in the experiment, or prepare the dataset with that size.");
        }
        return await DatasetVersion.OfAsync(store, manifest, cancellationToken);
    }

    private async Task<SourceSpec> SourceOfAsync(SourceSection source, CancellationToken cancellationToken) => source switch
    {
        PairsSection pairs => pairs.ToSpec(),
        KarpathySection karpathy => karpathy.ToSpec(),
        TextSourceSection texts => texts.ToSpec(),
        CifarSection cifar => cifar.ToSpec(),
        _ => new EmojiSourceSpec(await emojiPackages(cancellationToken)),
    };

    private static async Task<TokenizerSection> PinAsync(TokenizerSection tokenizer, CancellationToken cancellationToken)
    {
        if (tokenizer is not ClipTokenizerSection { Path: { } path, Sha256: null } clip)
            return tokenizer;
        return clip with { Sha256 = await HashAsync(path, cancellationToken) };
    }

    private static async Task<IReadOnlyList<VariantSection>> PinAsync(
        IReadOnlyList<VariantSection> variants, CancellationToken cancellationToken)
    {
        var pinned = new List<VariantSection>();
        foreach (var variant in variants)
        {
            pinned.Add(variant with
            {
                Weights = await PinAsync(variant.Weights, cancellationToken),
                From = await PinAsync(variant.From, cancellationToken),
                Embeddings = variant.Embeddings is not { } given ? null : given with
                {
                    Sha256 = await HashAsync(given.Path, cancellationToken),
                },
            });
        }
        return pinned;
    }

    private static async Task<WeightsSection?> PinAsync(WeightsSection? weights, CancellationToken cancellationToken) =>
        weights is null ? null : weights with
        {
            Sha256 = await HashAsync(weights.Path, cancellationToken),
            ConfigSha256 = await HashAsync(weights.Config, cancellationToken),
            VocabularySha256 = await HashAsync(weights.Vocabulary, cancellationToken),
        };

    // A model takes media of one size: what does not fit is known now.
    private static async Task RequireSizeAsync(Experiment experiment, CancellationToken cancellationToken)
    {
        var media = experiment.Dataset.Media;
        if (!MediaKinds.Of(media).HasMedia)
            return;
        foreach (var variant in experiment.Variants.Where(variant => variant.From is not null))
        {
            var model = await WeightsEvaluation.SizesOfAsync(variant.From!, cancellationToken);
            var kind = MediaKinds.Of(model);
            if (kind != MediaKinds.Of(media) || kind.SizeFor(model) != media.Size)
            {
                throw new RunRequestException(
                    $"Variant '{variant.Name}' is trained on from {variant.From!.Path}, which takes {kind.Words} of {kind.SizeFor(model)} "
                    + $"{kind.SizeUnit}, and the dataset has {media.Size}. Set dataset.{kind.Name}.size to {kind.SizeFor(model)}.");
            }
        }
    }

    private static async Task<string> HashAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null)
            return "";
        await using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }
}

/// <summary>An experiment and its text.</summary>
public sealed record ExperimentText(Experiment Experiment, string Yaml);
