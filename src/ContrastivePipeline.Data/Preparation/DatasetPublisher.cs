using System.Text.Json;

namespace ContrastivePipeline.Data.Preparation;

/// <summary>A dataset version that is complete but not uploaded.</summary>
internal sealed record PreparedDataset(
    DatasetSpec Spec,
    IReadOnlyList<PartFile> Media,
    IReadOnlyList<PartFile> Captions,
    IReadOnlyList<PartFile> Labels,
    IReadOnlyList<PartFile> Triples,
    IReadOnlyList<PartFile> SentencePairs,
    IReadOnlyList<PartFile> Quarantine,
    IReadOnlyList<LabelSet> LabelSets,
    DataAccounting Accounting)
{
    /// <summary>All parts, in the order that the version hash depends on.</summary>
    public IEnumerable<PartFile> Parts => [.. Media, .. Captions, .. Labels, .. Triples, .. SentencePairs, .. Quarantine];

    /// <inheritdoc cref="DatasetManifest.Version"/>
    public string Version() =>
        VersionHash.Of(Parts.Select(part => (part.Name, part.Sha256)), Spec.Format.MediaSize, LabelSets, Accounting, refresh: null);
}

/// <summary>Uploads the missing parts of a prepared dataset: parts first, the manifest last.</summary>
internal sealed class DatasetPublisher(ArtifactStore store)
{
    public async Task<DatasetManifest> PublishAsync(
        PreparedDataset prepared, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var version = prepared.Version();
        var manifestPath = DatasetPaths.Manifest(prepared.Spec.Name, version);
        var folder = DatasetPaths.Version(prepared.Spec.Name, version);
        // An existing version may have lost parts (repair removes damaged ones): these are uploaded again.
        var there = await store.ListAsync(folder + "/", cancellationToken)
            .ToDictionaryAsync(blob => blob.Path, cancellationToken: cancellationToken);
        var parts = prepared.Parts.Where(part => there.GetValueOrDefault($"{folder}/{part.Name}") is not { } blob
            || blob.Length != part.Length || blob.Sha256 != part.Sha256).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            progress?.Report(new DataProgress("upload", i, parts.Length, prepared.Accounting.Quarantined));
            await store.WriteFileAsync($"{folder}/{parts[i].Name}", parts[i].Path, cancellationToken);
        }

        // A concurrent publisher wrote the same content, because the version is its hash.
        var manifest = JsonSerializer.SerializeToUtf8Bytes(Describe(prepared, version), DatasetJson.Options);
        await store.TryCreateAsync(manifestPath, manifest, cancellationToken);
        progress?.Report(new DataProgress("upload", parts.Length, parts.Length, prepared.Accounting.Quarantined));
        return await new DatasetReader(store).ReadManifestAsync(prepared.Spec.Name, version, cancellationToken);
    }

    private static DatasetManifest Describe(PreparedDataset prepared, string version)
    {
        var folder = DatasetPaths.Version(prepared.Spec.Name, version);
        return new DatasetManifest(
            prepared.Spec.Name, version, prepared.Spec.Format.MediaSize, At(prepared.Media), At(prepared.Captions), At(prepared.Labels),
            At(prepared.Triples), At(prepared.Quarantine), prepared.LabelSets, prepared.Accounting)
        {
            Format = prepared.Spec.Format is ImageFormat ? null : prepared.Spec.Format,
            SentencePairs = prepared.SentencePairs.Count > 0 ? At(prepared.SentencePairs) : null,
        };

        DatasetPart[] At(IReadOnlyList<PartFile> parts) =>
            [.. parts.Select(part => new DatasetPart(new Artifact($"{folder}/{part.Name}", part.Length, part.Sha256), part.Rows))];
    }
}
