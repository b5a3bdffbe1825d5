using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>prepare-dataset</c>.</summary>
/// <param name="Snapshot">What the source was when the run began; changes with its content.</param>
public sealed record PrepareDatasetInput(DatasetSpec Spec, string Snapshot);

/// <summary>A dataset version, as far as a workflow needs to know it.</summary>
/// <param name="TrainingPairs">Kept pairs of the split train; of texts alone, sentences.</param>
/// <param name="Splits">Splits that have pairs, in ordinal order.</param>
/// <param name="LabelSets">Names of its class lists, in their own order.</param>
public sealed record DatasetVersion(
    string Name,
    string Version,
    Artifact Manifest,
    int TrainingPairs,
    int Triples,
    IReadOnlyList<string> Splits,
    IReadOnlyList<string> LabelSets)
{
    /// <summary>Scored sentence pairs; absent from JSON where there are none, as in that of older programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SentencePairs { get; init; }

    /// <summary>Whether it has texts alone; absent from JSON where it has media.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOfTexts { get; init; }

    /// <summary>Describes a version that the store has.</summary>
    /// <exception cref="ArtifactMissingException">The store has no longer got it.</exception>
    public static async Task<DatasetVersion> OfAsync(ArtifactStore store, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var kept = manifest.Accounting.KeptBySplit;
        return new DatasetVersion(
            manifest.Name,
            manifest.Version,
            await FindManifestAsync(store, manifest.Name, manifest.Version, cancellationToken),
            manifest.Captions.Count > 0 ? checked((int)kept.GetValueOrDefault(Data.Splits.Train)) : 0,
            manifest.Triples.Sum(part => part.Rows),
            [.. kept.Where(split => split.Value > 0).Select(split => split.Key).Order(StringComparer.Ordinal)],
            [.. manifest.LabelSets.Select(set => set.Name)])
        {
            SentencePairs = (manifest.SentencePairs ?? []).Sum(part => part.Rows),
            IsOfTexts = StoredFormat.Of(manifest) is TextFormat,
        };
    }

    internal static async Task<Artifact> FindManifestAsync(
        ArtifactStore store, string name, string version, CancellationToken cancellationToken)
    {
        var path = DatasetPaths.Manifest(name, version);
        return (await store.FindAsync(path, cancellationToken))?.Artifact
            ?? throw new ArtifactMissingException($"'{path}' was written and is gone. Run again.");
    }
}
