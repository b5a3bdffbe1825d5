using System.Security.Cryptography;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>What a stage may use besides its input.</summary>
public sealed class StageContext(ArtifactStore store, string prefix, string scratchFolder, StageAttempt attempt, TimeProvider time)
{
    /// <summary>The artifact store.</summary>
    public ArtifactStore Store => store;

    /// <summary>Folder of the stage in the store, without a trailing '/'.</summary>
    public string Prefix => prefix;

    /// <summary>An empty folder on disk which is deleted when the stage ends, however it ends.</summary>
    public string ScratchFolder => scratchFolder;

    /// <summary>Takes progress reports.</summary>
    public IProgress<StageProgress> Progress => attempt;

    /// <summary>The clock; nothing that it says may reach an output.</summary>
    public TimeProvider Time => time;

    /// <summary>Path in the store of one of the stage's own files.</summary>
    public string Path(string file) => $"{Prefix}/{file}";

    /// <summary>Store path of a file of the stage that the store may delete after a time; see <see cref="ExpiringArtifacts"/>.</summary>
    public string ExpiringPath(string file) => $"{ExpiringArtifacts.PrefixOf(Prefix)}/{file}";

    /// <summary>Writes one of the stage's outputs under a name that holds the beginning of its SHA-256. So two attempts at a stage whose
    /// bytes differ, such as training on a GPU, never write one blob, even where one of them has lost its claim and does not know yet.
    /// </summary>
    /// <param name="name">Name of the file without its extension.</param>
    /// <param name="extension">The extension, with its dot; may be empty.</param>
    public Task<Artifact> WriteAsync(string name, string extension, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Store.WriteAsync(Path(NameOf(name, extension, SHA256.HashData(content.Span))), content, cancellationToken);

    /// <summary>As <see cref="WriteAsync(string, string, ReadOnlyMemory{byte}, CancellationToken)"/>, an output of any length.</summary>
    /// <param name="open">Opens the content, which knows its length; it is read once for its hash and once to be written.</param>
    /// <exception cref="PermanentStageException">The two were not the same.</exception>
    public Task<Artifact> WriteAsync(string name, string extension, Func<Stream> open, CancellationToken cancellationToken) =>
        WriteAsync(name, extension, open, Path, cancellationToken);

    /// <summary>As <see cref="WriteAsync(string, string, Func{Stream}, CancellationToken)"/>, an output that the store may delete after a
    /// time.</summary>
    public Task<Artifact> WriteExpiringAsync(string name, string extension, Func<Stream> open, CancellationToken cancellationToken) =>
        WriteAsync(name, extension, open, ExpiringPath, cancellationToken);

    /// <summary>Adds a note to the run's log.</summary>
    public void Note(string message) => attempt.Note(message);

    /// <summary>Holds a GPU until disposed, for the run's costs.</summary>
    public IDisposable HoldGpu() => attempt.HoldGpu();

    private async Task<Artifact> WriteAsync(
        string name, string extension, Func<Stream> open, Func<string, string> pathOf, CancellationToken cancellationToken)
    {
        byte[] hash;
        await using (var content = open())
            hash = await SHA256.HashDataAsync(content, cancellationToken);
        var artifact = await Store.WriteStreamAsync(pathOf(NameOf(name, extension, hash)), open, cancellationToken);
        return artifact.Sha256 == Convert.ToHexStringLower(hash)
            ? artifact
            : throw new PermanentStageException($"{name}{extension} changed while it was written. Run again.");
    }

    private static string NameOf(string name, string extension, byte[] hash) => $"{name}-{Convert.ToHexStringLower(hash)[..8]}{extension}";
}

/// <summary>What a store may delete after a time, because nothing but an interrupted training needs it: everything below <c>expiring/</c>.
/// The lifecycle rule of <c>infra/azure/modules/storage.bicep</c> names this folder.</summary>
public static class ExpiringArtifacts
{
    /// <summary>The folder, with its '/'.</summary>
    public const string Folder = "expiring/";

    private const string Stages = "stages/";

    /// <summary>Whether a store may have deleted what was at a path.</summary>
    public static bool Includes(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(Folder, StringComparison.Ordinal);
    }

    /// <summary>The folder for what expires of a stage, without a trailing '/'.</summary>
    /// <param name="stage">The stage's own folder, for example <c>stages/train/clip-seed-1-steps-0-100-0123456789ab</c>.</param>
    internal static string PrefixOf(string stage) =>
        Folder + (stage.StartsWith(Stages, StringComparison.Ordinal) ? stage[Stages.Length..] : stage);
}
