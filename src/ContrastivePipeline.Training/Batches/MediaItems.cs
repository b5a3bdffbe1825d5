namespace ContrastivePipeline.Training.Batches;

/// <summary>The media of a training set, decoded when they are asked for. Safe for concurrent use.</summary>
public interface IMediaItems : IDisposable
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>How they become a model's input.</summary>
    MediaInput Input { get; }

    /// <summary>Whether they lie in memory as they are needed, so that to ask for one costs nothing.</summary>
    bool AreDecoded { get; }

    /// <summary>A decoded item; not to be written to.</summary>
    /// <exception cref="TrainingDataException">It cannot be decoded.</exception>
    byte[] this[int index] { get; }
}

/// <summary>Media that lie in memory.</summary>
public sealed class DecodedMedia : IMediaItems
{
    private readonly IReadOnlyList<byte[]> _items;

    /// <summary>Takes decoded media.</summary>
    /// <exception cref="ArgumentException">An item has another length than the input has.</exception>
    public DecodedMedia(MediaInput input, IReadOnlyList<byte[]> items)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(items);
        if (items.FirstOrDefault(item => item.Length != input.ItemLength) is { } wrong)
            throw new ArgumentException($"A media item has {wrong.Length} bytes, not the {input.ItemLength} of {input}.", nameof(items));
        (Input, _items) = (input, items);
    }

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public MediaInput Input { get; }

    /// <inheritdoc/>
    public bool AreDecoded => true;

    /// <inheritdoc/>
    public byte[] this[int index] => _items[index];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
