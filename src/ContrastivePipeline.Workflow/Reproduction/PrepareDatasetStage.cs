using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>Turns a source into a dataset version.</summary>
public sealed class PrepareDatasetStage() : Stage<PrepareDatasetInput, DatasetVersion>("prepare-dataset", 1, StageResource.Cpu)
{
    /// <inheritdoc/>
    public override async Task<DatasetVersion> RunAsync(
        PrepareDatasetInput input, StageContext context, CancellationToken cancellationToken)
    {
        var manifest = await new DatasetPreparer(context.Store).PrepareAsync(input.Spec, new Reporter(context), cancellationToken);

        // What was prepared must be what the fingerprint says, or a later run would find the wrong version under it.
        if (await input.Spec.Source.SnapshotAsync(cancellationToken) != input.Snapshot)
            throw new PermanentStageException($"The source of dataset '{input.Spec.Name}' changed since the run began. Run again.");
        return await DescribeAsync(context.Store, manifest, cancellationToken);
    }

    /// <inheritdoc/>
    protected override string Label(PrepareDatasetInput input) => input.Spec.Name;

    private static async Task<DatasetVersion> DescribeAsync(
        ArtifactStore store, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var kept = manifest.Accounting.KeptBySplit;
        return new DatasetVersion(
            manifest.Name,
            manifest.Version,
            await FindAsync(store, DatasetPaths.Manifest(manifest.Name, manifest.Version), cancellationToken),
            checked((int)kept.GetValueOrDefault(Splits.Train)),
            manifest.Triples.Sum(part => part.Rows),
            [.. kept.Where(split => split.Value > 0).Select(split => split.Key).Order(StringComparer.Ordinal)],
            [.. manifest.LabelSets.Select(set => set.Name)]);
    }

    private static async Task<Artifact> FindAsync(ArtifactStore store, string path, CancellationToken cancellationToken)
    {
        await foreach (var artifact in store.ListAsync(path, cancellationToken))
        {
            if (artifact.Path == path)
                return artifact;
        }
        throw new ArtifactMissingException($"'{path}' was written and is gone. Run again.");
    }

    private sealed class Reporter(StageContext context) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => context.Progress.Report(new StageProgress(
            value.Done,
            value.Total ?? 0,
            value.Phase switch { "read" => "rows", "upload" => "parts", var phase => phase },
            value.Quarantined > 0 ? $"{value.Quarantined} set aside" : ""));
    }
}
