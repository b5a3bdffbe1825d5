using ContrastivePipeline.Data.Pictures;

namespace ContrastivePipeline.Training.Batches;

/// <summary>From a stored picture to one that trains.</summary>
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
                    $"Picture '{mediaId}' has {picture.Width} × {picture.Height} pixels, and training takes {side} × {side}. "
                    + "Prepare the dataset for this size.");
        }
        catch (PictureException damaged)
        {
            throw new TrainingDataException(
                $"Picture '{mediaId}' cannot be decoded: {damaged.Message} 'contrastive data verify' finds all such pictures of a dataset.", damaged);
        }
    }
}
