using System.Security.Cryptography;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>From an experiment file to what a run is started with. All that a workflow must not look up for itself happens here.</summary>
public static class ReproductionRequest
{
    /// <summary>Reads the experiment and pins what it points to: the state of its source, the hash of its vocabulary file.</summary>
    /// <param name="file">The experiment file.</param>
    /// <param name="emojiPackages">Gives the <c>node_modules</c> folder with the emoji packages; called only where they are the source.</param>
    /// <param name="fresh">Do everything anew.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ExperimentInvalidException">The file has errors.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public static async Task<RunRequest<ReproductionInput, ReproductionOutput>> CreateAsync(
        string file, Func<CancellationToken, Task<string>> emojiPackages, bool fresh, CancellationToken cancellationToken)
    {
        var experiment = await ExperimentFile.ReadAsync(file, cancellationToken);
        experiment = experiment with { Tokenizer = await PinAsync(experiment.Tokenizer, cancellationToken) };
        var yaml = await File.ReadAllTextAsync(file, cancellationToken);
        var source = await SourceOfAsync(experiment.Dataset.Source, emojiPackages, cancellationToken);
        var image = experiment.Dataset.Image;
        var dataset = new DatasetSpec(experiment.Dataset.Name, source, image.Size, image.Encoding);
        var input = new ReproductionInput(experiment, yaml, dataset, await source.SnapshotAsync(cancellationToken));
        return new RunRequest<ReproductionInput, ReproductionOutput>(
            experiment.Name, ReproductionWorkflow.Main.Reference, input, fresh);
    }

    private static async Task<SourceSpec> SourceOfAsync(
        SourceSection source, Func<CancellationToken, Task<string>> emojiPackages, CancellationToken cancellationToken) => source switch
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
