namespace ContrastivePipeline.Data.Sources;

/// <summary>Where a source's table and images are, and what of this machine it may read.</summary>
/// <param name="Path">The table.</param>
/// <param name="ImageRoot">Folder that image paths are relative to and must not leave; null for the table's folder.</param>
/// <param name="ConfinedTo">Folder that neither the table nor the image root may lie outside of, and then no image outside of the image
/// root, links followed; null for anywhere.</param>
internal sealed record SourcePlace(string Path, string? ImageRoot, string? ConfinedTo)
{
    /// <summary>Full path of the folder that image paths are relative to.</summary>
    public string ImageFolder => System.IO.Path.GetFullPath(
        ImageRoot ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? ".");

    /// <summary>The folder that images must lie in, links followed; null for anywhere.</summary>
    public string? ImagesConfinedTo => ConfinedTo is null ? null : ImageFolder;

    /// <summary>What messages call the table: a user who is confined to a folder must not learn where the folder is.</summary>
    public string ShownPath => Show(Path);

    /// <summary>The table's path, links followed where the source is confined.</summary>
    /// <exception cref="SourceException">It lies outside of the folder that the source is confined to.</exception>
    public string FindTable() => Find(Path);

    /// <summary>The path of a file of the source, links followed where the source is confined.</summary>
    /// <exception cref="SourceException">It lies outside of the folder that the source is confined to.</exception>
    public string Find(string path) => ConfinedTo is null ? path : SourceFiles.TryConfine(ConfinedTo, path)
        ?? throw new SourceException($"{Show(path)} is not in the data folder of the server, or a link leads out of it; move it there.");

    /// <exception cref="SourceException">The image folder is absent, or outside of the folder that the source is confined to.</exception>
    public void CheckImageFolder()
    {
        if (!Directory.Exists(ImageFolder))
            throw new SourceException($"{ShownPath}: the image folder {Show(ImageFolder)} does not exist; create it or name another.");
        if (ConfinedTo is not null && SourceFiles.TryConfine(ConfinedTo, ImageFolder) is null)
            throw new SourceException($"{ShownPath}: the image folder is not in the data folder of the server, or a link leads out of it.");
    }

    private string Show(string path) => ConfinedTo is null ? path : System.IO.Path.GetRelativePath(ConfinedTo, path);
}
