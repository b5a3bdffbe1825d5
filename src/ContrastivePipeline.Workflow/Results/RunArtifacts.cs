using System.Text.Json;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Every artifact that a run may give away: those that the manifests of its stages name, and the parts of its dataset.</summary>
public sealed class RunArtifacts
{
    private readonly Dictionary<string, RunArtifact> _byPath;

    private RunArtifacts(IReadOnlyList<RunArtifact> all, IReadOnlyList<string> gone)
    {
        (All, Gone) = (all, gone);
        _byPath = all.ToDictionary(artifact => artifact.Path, StringComparer.Ordinal);
    }

    /// <summary>The artifacts: the dataset's first, then stage by stage in the order of the run.</summary>
    public IReadOnlyList<RunArtifact> All { get; }

    /// <summary>Messages about stages and dataset versions with expired or damaged manifests; their artifacts are not listed.</summary>
    public IReadOnlyList<string> Gone { get; }

    /// <summary>Reads what a run has made so far.</summary>
    public static async Task<RunArtifacts> ReadAsync(ArtifactStore store, RunRecord run, CancellationToken cancellationToken)
    {
        var gone = new List<string>();
        var manifests = await RunManifests.ReadAsync(store, run, _ => true, stage => gone.Add(RunManifests.Gone(stage)), cancellationToken);
        return await ReadAsync(store, run, manifests, gone, cancellationToken);
    }

    internal static async Task<RunArtifacts> ReadAsync(
        ArtifactStore store, RunRecord run, IReadOnlyList<RunManifests.Done> manifests, List<string> gone,
        CancellationToken cancellationToken)
    {
        var found = new Collection(run.Id);
        var values = manifests.SelectMany(done => new[] { done.Manifest.Input, done.Manifest.Output }).Prepend(run.Input);
        foreach (var dataset in values.SelectMany(DatasetsIn).DistinctBy(dataset => dataset.Manifest.Path))
        {
            try
            {
                found.Add(dataset, await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken));
            }
            catch (Exception fault) when (fault is ArtifactMissingException or ArtifactCorruptException or InvalidDataException)
            {
                gone.Add(fault.Message);
            }
        }
        foreach (var done in manifests)
            found.Add(done.Stage, done.Manifest.Output);
        return new RunArtifacts(found.All, gone);
    }

    /// <summary>The artifact of exactly this path in the store; null where the run has none of it.</summary>
    public RunArtifact? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The dataset versions that a stage's input or output names.</summary>
    internal static IEnumerable<DatasetVersion> DatasetsIn(JsonElement value) => NamedArtifacts.Objects(value)
        .Where(o => o.Value.TryGetProperty("manifest", out var manifest) && manifest.ValueKind == JsonValueKind.Object
            && o.Value.TryGetProperty("trainingPairs", out _))
        .Select(o => WorkflowJson.FromElement<DatasetVersion>(o.Value));

    private sealed class Collection(string runId)
    {
        private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);

        public List<RunArtifact> All { get; } = [];

        public void Add(DatasetVersion dataset, DatasetManifest manifest)
        {
            Add(dataset, dataset.Manifest, "dataset-manifest", "manifest.json");
            foreach (var (table, parts) in manifest.Tables)
                AddParts(dataset, table, parts);
        }

        public void Add(RunStage stage, JsonElement output)
        {
            foreach (var (property, artifact) in NamedArtifacts.In(output))
            {
                // A name that holds the beginning of the hash would differ from run to run; scripts want one.
                var file =
                    artifact.Path[(artifact.Path.LastIndexOf('/') + 1)..].Replace($"-{artifact.Sha256[..8]}", "", StringComparison.Ordinal);
                var folder = stage.Label.Length == 0 || stage.Label == runId ? stage.Name : $"{stage.Name}/{stage.Label}";
                Add(artifact, stage.Name, stage.Label, KindOf(stage.Name, property), $"{folder}/{file}");
            }
        }

        // Numbered by its place in the version: parts of a refreshed version come from several folders.
        private void AddParts(DatasetVersion dataset, string table, IReadOnlyList<DatasetPart> parts)
        {
            for (var i = 0; i < parts.Count; i++)
                Add(dataset, parts[i].Artifact, $"dataset-{table}", $"{table}/part-{i:D5}.parquet");
        }

        private void Add(DatasetVersion dataset, Artifact artifact, string kind, string file) =>
            Add(artifact, PipelineStages.PrepareDataset.Name, dataset.Name, kind, $"dataset/{dataset.Name}/{file}");

        private void Add(Artifact artifact, string stage, string label, string kind, string name)
        {
            if (!_paths.Add(artifact.Path))
                return;
            var unique = _names.Add(name) ? name : $"other/{artifact.Path}";
            _names.Add(unique);
            All.Add(new RunArtifact(
                artifact.Path, artifact.Length, artifact.Sha256, stage, label, kind, RunArtifact.MediaTypeOf(artifact.Path), unique));
        }

        private static string KindOf(string stage, string property) => (stage, property) switch
        {
            ("embed", "media") => "media-embeddings",
            ("embed", "captions") => "caption-embeddings",
            ("embed", "classes") => "prompt-embeddings",
            ("embed", "sentences") => "sentence-embeddings",
            ("evaluate", "leaveOneOut") => "leave-one-out",
            ("report", "html") => "report",
            ("report", "costs") => "costs",
            ("report", "csv" or "json") => "results",
            _ => property,
        };
    }
}

/// <summary>An artifact of a run.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
/// <param name="Stage">The stage that made it; <c>prepare-dataset</c> for the dataset's own files.</param>
/// <param name="Label">What it is the stage of, for example <c>clip+ls-seed-1</c>; empty where the stage has none.</param>
/// <param name="Kind">What it is, for example <c>checkpoint</c>, <c>curve</c>, <c>media-embeddings</c>, <c>dataset-captions</c>.</param>
/// <param name="MediaType">For example <c>application/vnd.apache.parquet</c>.</param>
/// <param name="Name">A readable relative path, unique within the run: <c>embed/clip-seed-1/test-media.parquet</c>.</param>
public sealed record RunArtifact(
    string Path, long Length, string Sha256, string Stage, string Label, string Kind, string MediaType, string Name)
{
    /// <summary>For the store.</summary>
    public Artifact Blob() => new(Path, Length, Sha256);

    /// <summary>Last part of <see cref="Name"/>.</summary>
    public string FileName() => Name[(Name.LastIndexOf('/') + 1)..];

    internal static string MediaTypeOf(string path) => System.IO.Path.GetExtension(path) switch
    {
        ".parquet" => "application/vnd.apache.parquet",
        ".json" => "application/json",
        ".html" => "text/html",
        ".csv" => "text/csv",
        ".txt" => "text/plain",
        _ => "application/octet-stream",
    };
}
