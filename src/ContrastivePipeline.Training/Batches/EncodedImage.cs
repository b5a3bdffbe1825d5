namespace ContrastivePipeline.Training.Batches;

/// <summary>From a stored image to one that a model takes.</summary>
public static class EncodedImage
{
    /// <summary>Decodes an image and cuts the middle out.</summary>
    /// <param name="mediaId">Its id, for the error.</param>
    /// <param name="side">Side of the square, pixels.</param>
    /// <returns>[side, side, 3], one byte a channel.</returns>
    /// <exception cref="TrainingDataException">It is damaged, or smaller than the square.</exception>
    public static byte[] Decode(string mediaId, ReadOnlySpan<byte> encoded, int side)
    {
        try
        {
            var image = ImageDecoder.Decode(encoded);
            return Math.Min(image.Width, image.Height) >= side
                ? image.CentreCrop(side).Pixels
                : throw new TrainingDataException(
                    $"Image '{mediaId}' has {image.Width} × {image.Height} pixels, and the model takes {side} × {side}. "
                    + "Prepare the dataset for this size.");
        }
        catch (ImageException damaged)
        {
            throw new TrainingDataException(
                $"Image '{mediaId}' cannot be decoded: {damaged.Message} 'contrastive data verify' finds all such images of a dataset.", damaged);
        }
    }

    /// <summary>Decodes images on all cores, and keeps their order.</summary>
    /// <exception cref="TrainingDataException">One of them is damaged, or smaller than the square.</exception>
    public static byte[][] DecodeAll(IReadOnlyList<MediaRow> rows, int side, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var images = new byte[rows.Count][];
        try
        {
            Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                images[i] = Decode(rows[i].Id, rows[i].Bytes, side));
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<TrainingDataException>().FirstOrDefault() is { } first)
        {
            throw new TrainingDataException(first.Message, several);
        }
        return images;
    }
}
