namespace ContrastivePipeline.Workflow.Results;

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
