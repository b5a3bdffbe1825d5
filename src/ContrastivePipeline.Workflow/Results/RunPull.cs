using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Fetches a run into a folder under readable names, each file verified by its SHA-256. What is there already and right is kept,
/// so that an interrupted pull resumes.</summary>
public sealed class RunPull(ArtifactStore store, RunRecord run)
{
    /// <summary>The list of what was fetched, written when all of it is there.</summary>
    public const string ListFile = "artifacts.json";

    private const int AtOnce = 6;

    // The names of variants have a plus, which need not be escaped for a file.
    private static readonly JsonSerializerOptions Plain =
        new(WorkflowJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n" };

    /// <summary>The files besides the artifacts: all numbers, and the experiment file as it was run.</summary>
    public static IReadOnlyList<string> OwnFiles { get; } = ["results.parquet", "results.csv", "results.json", "experiment.yaml"];

    /// <summary>Fetches.</summary>
    /// <param name="wanted">Which artifacts, by <see cref="RunArtifact"/>; those of <see cref="OwnFiles"/> are always written.</param>
    /// <param name="progress">Receives how many bytes are there.</param>
    /// <param name="cancellationToken">Stops it; the next pull resumes.</param>
    /// <exception cref="InvalidDataException">The folder holds another run.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task<PulledRun> PullAsync(
        string folder, Func<RunArtifact, bool> wanted, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await RefuseOtherRunAsync(folder, cancellationToken);
        var artifacts = await RunArtifacts.ReadAsync(store, run, cancellationToken);
        var files = new PulledFile?[artifacts.All.Count];
        var (faults, expired) = (new List<string>(), artifacts.Gone.ToList());
        var total = artifacts.All.Where(wanted).Sum(artifact => artifact.Length);
        var done = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Length, options, async (i, stop) =>
        {
            var artifact = artifacts.All[i];
            try
            {
                files[i] = await FetchAsync(artifact, folder, wanted(artifact), stop);
                if (wanted(artifact))
                    progress.Report(new StageProgress(Interlocked.Add(ref done, artifact.Length), total, "bytes", artifact.Name));
            }
            catch (ArtifactMissingException) when (ExpiringArtifacts.Includes(artifact.Path))
            {
                lock (faults)
                    expired.Add($"{artifact.Name} has expired; training that resumes before its end makes it again.");
            }
            catch (StoreException damaged) when (damaged is ArtifactCorruptException or ArtifactMissingException)
            {
                lock (faults)
                    faults.Add(damaged.Message);
            }
        });

        PulledFile[] pulled = [.. files.OfType<PulledFile>()];
        if (faults.Count == 0)
        {
            await WriteOwnFilesAsync(folder, expired.Add, cancellationToken);
            var list = new PulledList(run.Id, run.Experiment, [.. pulled.Select(PulledArtifact.Of)]);
            await ReplacedFile.WriteAsync(
                Path.Combine(folder, ListFile), JsonSerializer.SerializeToUtf8Bytes(list, Plain), cancellationToken);
        }
        return new PulledRun(folder, pulled, faults) { Expired = expired };
    }

    private async Task RefuseOtherRunAsync(string folder, CancellationToken cancellationToken)
    {
        var list = Path.Combine(folder, ListFile);
        if (!File.Exists(list))
            return;
        var bytes = await File.ReadAllBytesAsync(list, cancellationToken);
        try
        {
            var there = WorkflowJson.FromBytes<PulledList>(bytes);
            if (there.RunId != run.Id)
                throw new InvalidDataException($"'{folder}' holds run '{there.RunId}'. Pull run '{run.Id}' into another folder.");
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"'{list}' is not of a pull. Use another folder.");
        }
    }

    /// <summary>The file, fetched or kept; null where it is neither wanted nor there.</summary>
    private async Task<PulledFile?> FetchAsync(RunArtifact artifact, string folder, bool wanted, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, StorePath.Validate(artifact.Name).Replace('/', Path.DirectorySeparatorChar));
        if (await IsThereAsync(artifact, file, cancellationToken))
            return new PulledFile(artifact, Kept: true);
        if (!wanted)
            return null;
        await store.DownloadAsync(artifact.Blob(), file, cancellationToken);
        return new PulledFile(artifact, Kept: false);
    }

    private static async Task<bool> IsThereAsync(RunArtifact artifact, string file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file) is not { Exists: true } found || found.Length != artifact.Length)
            return false;
        await using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) == artifact.Sha256;
    }

    private async Task WriteOwnFilesAsync(string folder, Action<string> gone, CancellationToken cancellationToken)
    {
        var numbers = await new RunProducts(store, run).ReadMeasurementsAsync(gone, cancellationToken);
        byte[][] contents =
        [
            await ResultsParquet.WriteAsync(numbers, cancellationToken), Encoding.UTF8.GetBytes(ResultsFiles.Csv(numbers)),
            Encoding.UTF8.GetBytes(ResultsFiles.Json(numbers)),
            Encoding.UTF8.GetBytes(WorkflowJson.FromElement<PipelineInput>(run.Input).Yaml),
        ];
        foreach (var (name, content) in OwnFiles.Zip(contents))
            await ReplacedFile.WriteAsync(Path.Combine(folder, name), content, cancellationToken);
    }
}

/// <summary>What a pull did.</summary>
/// <param name="Files">The artifacts that are in the folder now, all verified.</param>
/// <param name="Faults">Messages about missing or damaged artifacts; empty where there are none.</param>
public sealed record PulledRun(string Folder, IReadOnlyList<PulledFile> Files, IReadOnlyList<string> Faults)
{
    /// <summary>Messages about what expired: the store deletes intermediate training states, and whole stages of older programs.</summary>
    public IReadOnlyList<string> Expired { get; init; } = [];
}

/// <summary>An artifact in a folder.</summary>
/// <param name="Artifact">The artifact; its name is the file's path in the folder.</param>
/// <param name="Kept">Whether the file was there already.</param>
public sealed record PulledFile(RunArtifact Artifact, bool Kept);

/// <summary>What <c>artifacts.json</c> holds.</summary>
public sealed record PulledList(string RunId, string Experiment, IReadOnlyList<PulledArtifact> Artifacts);

/// <summary>A file of a pulled run.</summary>
/// <param name="File">Path in the folder.</param>
public sealed record PulledArtifact(string File, string Path, long Length, string Sha256, string Stage, string Label, string Kind)
{
    internal static PulledArtifact Of(PulledFile pulled) => new(
        pulled.Artifact.Name, pulled.Artifact.Path, pulled.Artifact.Length, pulled.Artifact.Sha256, pulled.Artifact.Stage,
        pulled.Artifact.Label,
        pulled.Artifact.Kind);
}
