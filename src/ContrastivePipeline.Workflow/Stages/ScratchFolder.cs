namespace ContrastivePipeline.Workflow.Stages;

/// <summary>A folder on disk that goes away with its owner.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder(string root, StageIdentity stage)
    {
        Path = System.IO.Path.Combine(root, $"{stage.Name}-{stage.Fingerprint[..12]}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
