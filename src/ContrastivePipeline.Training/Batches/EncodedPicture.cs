using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Pictures;

namespace ContrastivePipeline.Training.Batches;

/// <summary>From a stored picture to one that a model takes.</summary>
public static class EncodedPicture
{
    /// <summary>Decodes a picture and cuts the middle out.</summary>
    /// <param name="mediaId">Its id, for the error.</param>
    /// <param name="encoded">The whole file.</param>
    /// <param name="side">Side of the square, pixels.</param>
    /// <returns>[side, side, 3], one byte a channel.</returns>
    /// <exception cref="TrainingDataException">It is damaged, or smaller than the square.</exception>
    public static byte[] Decode(string mediaId, ReadOnlySpan<byte> encoded, int side)
    {
        try
        {
            var picture = PictureDecoder.Decode(encoded);
            return Math.Min(picture.Width, picture.Height) >= side
                ? picture.CentreCrop(side).Pixels
                : throw new TrainingDataException(
                    $"Picture '{mediaId}' has {picture.Width} × {picture.Height} pixels, and the model takes {side} × {side}. "
                    + "Prepare the dataset for this size.");
        }
        catch (PictureException damaged)
        {
            throw new TrainingDataException(
                $"Picture '{mediaId}' cannot be decoded: {damaged.Message} 'contrastive data verify' finds all such pictures of a dataset.", damaged);
        }
    }

    /// <summary>Decodes pictures on all cores, and keeps their order.</summary>
    /// <exception cref="TrainingDataException">One of them is damaged, or smaller than the square.</exception>
    public static byte[][] DecodeAll(IReadOnlyList<MediaRow> rows, int side, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var pictures = new byte[rows.Count][];
        try
        {
            Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                pictures[i] = Decode(rows[i].Id, rows[i].Bytes, side));
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<TrainingDataException>().FirstOrDefault() is { } first)
        {
            throw new TrainingDataException(first.Message, several);
        }
        return pictures;
    }
}
