using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data;

/// <summary>How media of a kind are stored in a dataset.</summary>
[JsonConverter(typeof(KindConverter<MediaFormat>))]
public abstract record MediaFormat
{
    /// <summary>The kind of media, for example <c>image</c>.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>The size that all of a dataset's media are brought to, in the kind's unit: of images the short side, pixels.</summary>
    public abstract int MediaSize { get; init; }

    /// <summary>The size in words, for example <c>short side 64 pixels</c>.</summary>
    [JsonIgnore]
    public abstract string SizeInWords { get; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One of them is out of range; the message says which values are allowed.</exception>
    public abstract void Validate();

    /// <summary>Makes of a source's file what is stored. A pure function of the file. Safe for concurrent use.</summary>
    /// <param name="id">Of the media item.</param>
    /// <exception cref="MediaException">The file cannot be used.</exception>
    public abstract MediaRow Store(string id, ReadOnlySpan<byte> file);

    /// <summary>What is wrong with a stored row; null where nothing is.</summary>
    public abstract string? FindFault(MediaRow row);
}

/// <summary>A media item could not be used.</summary>
public class MediaException(string reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>A short stable word; of images, one of <see cref="ImageReason"/>.</summary>
    public string Reason { get; } = reason;
}
