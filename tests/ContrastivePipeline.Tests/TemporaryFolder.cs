namespace ContrastivePipeline.Tests;

/// <summary>An empty folder that is deleted with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("contrastive-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
