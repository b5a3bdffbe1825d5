namespace ContrastivePipeline.Storage;

/// <summary>Local files that are whole or not there: written beside their name (<c>.part</c>), then moved over it.</summary>
public static class ReplacedFile
{
    /// <summary>Writes the file; a killed process leaves the old one, and perhaps a <c>.part</c> that the next write replaces.</summary>
    public static async Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        await WriteAsync(file, stream, cancellationToken);
    }

    /// <inheritdoc cref="WriteAsync(string, byte[], CancellationToken)"/>
    /// <param name="content">Is read to its end.</param>
    public static async Task WriteAsync(string file, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var part = file + ".part";
        await using (var stream = new FileStream(
            part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
        {
            await content.CopyToAsync(stream, 1 << 20, cancellationToken);
        }
        File.Move(part, file, overwrite: true);
    }
}
