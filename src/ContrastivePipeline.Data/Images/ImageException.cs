namespace ContrastivePipeline.Data.Images;

/// <summary>An image could not be used.</summary>
public sealed class ImageException(string reason, string message, Exception? cause = null) : MediaException(reason, message, cause);

/// <summary>Stable identifiers of why an image could not be used; they appear in quarantine tables and reports.</summary>
public static class ImageReason
{
    /// <summary>No file of that name.</summary>
    public const string MissingFile = "missing-file";

    /// <summary>The file lies outside of the folder that the source is confined to.</summary>
    public const string OutsideRoot = "path-outside-root";

    /// <summary>The operating system refused to read the file.</summary>
    public const string UnreadableFile = "unreadable-file";

    /// <summary>The file has no bytes.</summary>
    public const string EmptyFile = "empty-file";

    /// <summary>The file is longer than the limit.</summary>
    public const string FileTooLarge = "file-too-large";

    /// <summary>The bytes are not PNG, JPEG, WebP or GIF.</summary>
    public const string UnknownFormat = "unknown-format";

    /// <summary>The header cannot be read, or contradicts itself.</summary>
    public const string BrokenHeader = "broken-header";

    /// <summary>The header announces more pixels than the limit.</summary>
    public const string TooManyPixels = "too-many-pixels";

    /// <summary>The data end before the image does.</summary>
    public const string Truncated = "truncated-picture";

    /// <summary>The data are damaged.</summary>
    public const string Corrupt = "corrupt-picture";

    /// <summary>So long and thin that the resized image would exceed a limit of pixels or of its encoding's sides.</summary>
    public const string TooThin = "too-thin-picture";

    /// <summary>The encoding of stored media cannot hold it.</summary>
    public const string Unstorable = "unstorable-picture";
}
