using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Data;

/// <summary>The format of a dataset of texts alone, which stores no media.</summary>
public sealed record TextFormat : MediaFormat
{
    /// <summary>The name of the kind.</summary>
    public const string KindName = "text";

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    /// <remarks>0.</remarks>
    public override int MediaSize { get; init; }

    /// <inheritdoc/>
    public override string SizeInWords => "texts alone";

    /// <inheritdoc/>
    public override void Validate() => ArgumentOutOfRangeException.ThrowIfNotEqual(MediaSize, 0);

    /// <inheritdoc/>
    public override MediaRow Store(string id, ReadOnlySpan<byte> file) => throw new MediaException("no-media", "The dataset has texts alone.");

    /// <inheritdoc/>
    public override string? FindFault(MediaRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return $"Media item '{row.Id}' is in a dataset of texts alone.";
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind() => Kinds.Add<MediaFormat>(KindName, typeof(TextFormat));
}
