using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>How stored media of a kind become a model's input. Equal ones decode alike.</summary>
public abstract record MediaInput
{
    /// <summary>Bytes of a decoded item: all have as many.</summary>
    public abstract int ItemLength { get; }

    /// <summary>Decodes a stored item.</summary>
    /// <param name="mediaId">Its id, for the error.</param>
    /// <param name="fit">Whether an item of another size than the model's is made to fit, instead of refused.</param>
    /// <returns><see cref="ItemLength"/> bytes.</returns>
    /// <exception cref="TrainingDataException">It is damaged, or does not fit.</exception>
    public abstract byte[] Decode(string mediaId, ReadOnlySpan<byte> stored, bool fit = false);

    /// <summary>Decoded items, one after the other, as a tensor on the CPU; the caller's scope owns it.</summary>
    /// <returns>[count, …].</returns>
    public abstract Tensor ToTensor(byte[] items, int count);

    /// <summary>Moves such a tensor to the device and makes the model's input of it there; floats are taken as made already.</summary>
    /// <param name="media">[count, …].</param>
    public abstract Tensor ToModel(Tensor media, Device device);

    /// <summary>Decodes items on all cores, and keeps their order.</summary>
    /// <exception cref="TrainingDataException">One of them is damaged, or does not fit.</exception>
    public byte[][] DecodeAll(IReadOnlyList<MediaRow> rows, CancellationToken cancellationToken, bool fit = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var items = new byte[rows.Count][];
        try
        {
            Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                items[i] = Decode(rows[i].Id, rows[i].Bytes, fit));
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<TrainingDataException>().FirstOrDefault() is { } first)
        {
            throw new TrainingDataException(first.Message, several);
        }
        return items;
    }
}
