namespace ContrastivePipeline.Benchmarks;

/// <summary>A folder for a benchmark's files, gone with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("contrastive-benchmarks-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
