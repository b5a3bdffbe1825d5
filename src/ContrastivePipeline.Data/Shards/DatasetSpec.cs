using System.Text.RegularExpressions;
using ContrastivePipeline.Data.Images;
using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Shards;

/// <summary>What to prepare.</summary>
/// <param name="Name">Name of the dataset: lower-case letters, digits, '-', '_' and '.', at most 64.</param>
/// <param name="Source">Where the rows come from.</param>
/// <param name="MediaSize">Short side of the stored images, 8 to 2,048 pixels.</param>
/// <param name="Encoding">Of the stored images: <c>png</c> or <c>jpeg</c>.</param>
public sealed partial record DatasetSpec(string Name, SourceSpec Source, int MediaSize, string Encoding = ImageEncoder.Png)
{
    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is impossible.</exception>
    public void Validate()
    {
        if (!IsName(Name))
        {
            throw new ArgumentException($"'{Name}' cannot name a dataset: use 1 to 64 lower-case letters, digits, '-', '_' and '.', " +
                "beginning with a letter or digit.");
        }

        if (MediaSize is < 8 or > 2_048)
            throw new ArgumentException($"A media size of {MediaSize} pixels is impossible; use 8 to 2,048.");
        if (Encoding is not (ImageEncoder.Png or ImageEncoder.Jpeg))
        {
            throw new ArgumentException(
                $"'{Encoding}' is not an encoding of stored media; use '{ImageEncoder.Png}' or '{ImageEncoder.Jpeg}'.");
        }
    }

    /// <summary>Whether a text can name a dataset.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();
}

/// <summary>How far a preparation is.</summary>
/// <param name="Phase">One of <c>read</c> (rows), <c>images</c>, <c>merge</c> (captions), <c>upload</c> (parts) and <c>verify</c> (parts).</param>
/// <param name="Done">Rows, images, captions or parts so far.</param>
/// <param name="Total">Of how many; null while unknown.</param>
/// <param name="Quarantined">Rows quarantined so far.</param>
public sealed record DataProgress(string Phase, long Done, long? Total, long Quarantined);
