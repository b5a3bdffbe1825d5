using System.Text.Json;

namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Which runs use which dataset versions.</summary>
public sealed class DatasetUses(ArtifactStore store, ExperimentLibrary library)
{
    private readonly RunStore _runs = new(store);

    /// <summary>Experiments whose last run used the dataset, by name.</summary>
    public async Task<IReadOnlyList<DependentExperiment>> DependentsAsync(string dataset, CancellationToken cancellationToken)
    {
        var last = new SortedDictionary<string, RunRecord>(StringComparer.Ordinal);
        await foreach (var run in _runs.ListAsync(null, cancellationToken))
        {
            if (!last.TryGetValue(run.Experiment, out var earlier) || run.Started >= earlier.Started)
                last[run.Experiment] = run;
        }
        var dependents = new List<DependentExperiment>();
        foreach (var run in last.Values.Where(run => DatasetOf(run) == dataset))
        {
            // Of an experiment outside the library, the store has the text and not the file's path.
            var file = library.PathOf(run.Experiment) is null ? $"{run.Experiment}.yaml" : run.Experiment;
            dependents.Add(new DependentExperiment(
                run.Experiment, run.Id, await FindVersionAsync(run, cancellationToken), $"contrastive run {file} --dataset {dataset}"));
        }
        return dependents;
    }

    // A completed refresh does not fail because an old run cannot be read.
    private async Task<string?> FindVersionAsync(RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            return await VersionOfAsync(run, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Versions of a dataset that any run used or is about to use; all of them where any record is unreadable.</summary>
    public async Task<IReadOnlySet<string>> VersionsAsync(string dataset, CancellationToken cancellationToken)
    {
        var versions = new HashSet<string>(StringComparer.Ordinal);
        var unknown = false;
        await foreach (var run in _runs.ListAsync(null, _ => unknown = true, cancellationToken))
        {
            if (DatasetOf(run) != dataset)
                continue;
            try
            {
                if (await VersionOfAsync(run, cancellationToken) is { } version)
                    versions.Add(version);
            }
            catch (InvalidDataException)
            {
                unknown = true;
            }
        }
        if (unknown)
        {
            versions.UnionWith(
                (await new DatasetCatalog(store).VersionsAsync(dataset, cancellationToken)).Select(stored => stored.Manifest.Version));
        }
        return versions;
    }

    // Read member by member: a run of an older program may have an input that this one cannot read as a whole.
    private static string? DatasetOf(RunRecord run) => Text(run.Input, "experiment", "dataset", "name");

    private async Task<string?> VersionOfAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if ((Text(run.Output, "dataset", "version") ?? Text(run.Input, "stored", "version")) is { } version)
            return version;
        var prepared = run.Stages.FirstOrDefault(stage => stage.Name == PipelineStages.PrepareDataset.Name);
        if (prepared is null || await store.TryReadAsync(prepared.Manifest, cancellationToken) is not { } manifest)
            return null;
        try
        {
            return Text(WorkflowJson.FromBytes<StageManifest>(manifest.Content).Output, "version");
        }
        catch (Exception damaged) when (damaged is JsonException or ArtifactCorruptException)
        {
            throw new InvalidDataException($"{prepared.Manifest} is no manifest of a stage: {damaged.Message}", damaged);
        }
    }

    private static string? Text(JsonElement? value, params string[] path)
    {
        foreach (var step in path)
        {
            if (value is not { ValueKind: JsonValueKind.Object } found || !found.TryGetProperty(step, out var next))
                return null;
            value = next;
        }
        return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
    }
}
