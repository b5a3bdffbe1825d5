using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data prepare EXPERIMENT</c>: the datasets of an experiment, without training.</summary>
internal sealed class PrepareCommand : CliCommand
{
    private readonly Argument<string> _experiment = WordArgument.Create("EXPERIMENT", ExperimentLocator.Help);

    public PrepareCommand(CliEnvironment environment)
        : base("prepare", "Prepares the datasets of an experiment; a run of it finds them done.", environment) => Add(_experiment);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var text = await LocalComposition.ReadAsync(call.Get(_experiment), cancellationToken, forEvaluation: true);
        DatasetSection[] datasets = [text.Experiment.Dataset, .. (text.Experiment.Others ?? []).Select(other => other.Dataset)];
        if (datasets.All(dataset => dataset.Source is StoredSection))
        {
            var name = datasets[0].Name;
            throw new UsageException($"This experiment uses the stored dataset '{name}': there is nothing to prepare. "
                + $"'contrastive data inspect {name}' shows it.");
        }

        await using var session = await call.OpenStoreAsync(cancellationToken);
        var request = await LocalComposition.Requests(call).CreateAsync(text, session.Store, null, fresh: false, cancellationToken);
        foreach (var prepare in request.Input.Datasets.Select(dataset => dataset.Prepare).OfType<PrepareDatasetInput>())
            await WriteAsync(call, session, await PrepareAsync(call, session, prepare, cancellationToken), cancellationToken);
        return ExitCode.Done;
    }

    private static async Task WriteAsync(
        Invocation call, StoreSession session, DatasetVersion version, CancellationToken cancellationToken)
    {
        var reader = new DatasetReader(session.Store);
        var manifest = await reader.ReadManifestAsync(version.Name, version.Version, cancellationToken);
        var copies = await reader.FindCopiesAsync(manifest, cancellationToken);
        var current = await new DatasetCatalog(session.Store).CurrentAsync(version.Name, cancellationToken);
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "dataset-prepared",
                version.Name,
                version.Version,
                manifest.Accounting,
                Copies = copies,
                Current = current?.Version,
            });
            return;
        }
        call.Write($"Dataset {version.Name}@{version.Version}");
        AccountingFormatter.Write(call, manifest.Accounting);
        AccountingFormatter.Write(call, copies);
        if (current is not null && current.Version != version.Version)
        {
            call.Write($"'{version.Name}' still means {current.Version}, which is current: preparing never moves it. "
                + $"To make this version current: contrastive data use {version.Name} {version.Version}");
        }
        call.Write($"More: contrastive data inspect {version.Name}@{version.Version}");
    }

    private static async Task<DatasetVersion> PrepareAsync(
        Invocation call, StoreSession session, PrepareDatasetInput input, CancellationToken cancellationToken)
    {
        using var pipeline = LocalComposition.Open(session, call);
        await using var display = call.OpenDisplay();
        return await pipeline.PrepareAsync(input, display, cancellationToken);
    }
}
