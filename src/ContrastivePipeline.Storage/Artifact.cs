namespace ContrastivePipeline.Storage;

/// <summary>A blob that will not change: where it is, how long it is, and what it must hash to.</summary>
/// <param name="Path">Path inside the store, with '/' between folders and no leading '/'.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
public sealed record Artifact(string Path, long Length, string Sha256);
