namespace ContrastivePipeline.Storage;

/// <summary>Local files that are whole or not there: written beside their name (<c>.part</c>), then moved over it.</summary>
public static class ReplacedFile
{
    /// <summary>Writes the file; a killed process leaves the old one, and perhaps a <c>.part</c> that the next write replaces.</summary>
    public static async Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        var part = file + ".part";
        await File.WriteAllBytesAsync(part, content, cancellationToken);
        File.Move(part, file, overwrite: true);
    }
}
