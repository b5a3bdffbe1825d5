using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Which runs use which dataset versions.</summary>
public sealed class DatasetUses(ArtifactStore store, ExperimentLibrary library)
{
    private const int VersionLength = 12;

    private readonly RunStore _runs = new(store);

    /// <summary>Experiments whose last run trained on the dataset, by name.</summary>
    public async Task<IReadOnlyList<DependentExperiment>> DependentsAsync(string dataset, CancellationToken cancellationToken)
    {
        var last = new SortedDictionary<string, RunRecord>(StringComparer.Ordinal);
        await foreach (var run in _runs.ListAsync(null, cancellationToken))
        {
            if (!last.TryGetValue(run.Experiment, out var earlier) || run.Started >= earlier.Started)
                last[run.Experiment] = run;
        }
        var dependents = new List<DependentExperiment>();
        foreach (var run in last.Values.Where(run => TrainedOn(run) == dataset))
        {
            // Of an experiment outside the library, the store has the text and not the file's path.
            var file = library.PathOf(run.Experiment) is null ? $"{run.Experiment}.yaml" : run.Experiment;
            dependents.Add(new DependentExperiment(
                run.Experiment, run.Id, await FindVersionAsync(run, dataset, cancellationToken), $"contrastive run {file} --dataset {dataset}"));
        }
        return dependents;
    }

    // A completed refresh does not fail because an old run cannot be read.
    private async Task<string?> FindVersionAsync(RunRecord run, string dataset, CancellationToken cancellationToken)
    {
        try
        {
            return await VersionsOfAsync(run, dataset, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Versions of a dataset that any run used or is about to use, to train on, to measure with or for its triples; all of them where
    /// any record is unreadable.</summary>
    public async Task<IReadOnlySet<string>> VersionsAsync(string dataset, CancellationToken cancellationToken)
    {
        var versions = new HashSet<string>(StringComparer.Ordinal);
        var unknown = false;
        await foreach (var run in _runs.ListAsync(null, _ => unknown = true, cancellationToken))
        {
            try
            {
                await foreach (var version in VersionsOfAsync(run, dataset, cancellationToken))
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
    private static string? TrainedOn(RunRecord run) => Text(run.Input, "experiment", "dataset", "name");

    // What the run's output and input name, and what it has prepared so far.
    private async IAsyncEnumerable<string> VersionsOfAsync(
        RunRecord run, string dataset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var named = new[] { run.Output, run.Input }.OfType<JsonElement>().SelectMany(value => NamedArtifacts.Objects(value))
            .Where(o => Text(o.Value, "name") == dataset).Select(o => Text(o.Value, "version")).OfType<string>()
            .Where(version => version.Length == VersionLength && version.All(char.IsAsciiHexDigitLower));
        foreach (var version in named)
            yield return version;
        foreach (var stage in run.Stages.Where(stage => stage.Name == PipelineStages.PrepareDataset.Name && stage.Label == dataset))
        {
            if (await store.TryReadAsync(stage.Manifest, cancellationToken) is { } manifest && PreparedIn(manifest) is { } prepared)
                yield return prepared;
        }
    }

    private static string? PreparedIn(StoredBlob manifest)
    {
        try
        {
            return Text(WorkflowJson.FromBytes<StageManifest>(manifest.Content).Output, "version");
        }
        catch (Exception damaged) when (damaged is JsonException or ArtifactCorruptException)
        {
            throw new InvalidDataException($"{manifest.Path} is no manifest of a stage: {damaged.Message}", damaged);
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
