namespace ContrastivePipeline.Data.Preparation;

/// <summary>A dataset to prepare: its source and how its images are stored.</summary>
/// <param name="Name">Name of the dataset: lower-case letters, digits, '-', '_' and '.', at most 64.</param>
/// <param name="MediaSize">Short side of the stored images, 8 to 2,048 pixels.</param>
/// <param name="Encoding">Of the stored images: <c>png</c> or <c>jpeg</c>.</param>
public sealed record DatasetSpec(string Name, SourceSpec Source, int MediaSize, string Encoding = ImageEncoder.Png)
{
    /// <summary>Checks name, size and encoding.</summary>
    /// <exception cref="ArgumentException">One of them is out of range; the message says which values are allowed.</exception>
    public void Validate()
    {
        if (!DatasetPaths.IsName(Name))
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
}
