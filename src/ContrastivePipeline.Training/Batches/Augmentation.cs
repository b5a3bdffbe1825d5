using System.Text.Json.Serialization;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Random changes of training media.</summary>
[JsonConverter(typeof(KindConverter<Augmentation>))]
public abstract record Augmentation
{
    /// <summary>Whether it changes anything.</summary>
    [JsonIgnore]
    public abstract bool IsNone { get; }

    /// <summary>Draws the change of one item.</summary>
    /// <param name="random">A step's stream: its items must be drawn in their order.</param>
    public abstract IMediaChange Draw(MediaInput input, Randomness random);
}

/// <summary>The change of one item, drawn.</summary>
public interface IMediaChange
{
    /// <summary>Writes a changed copy of a decoded item. Safe for concurrent use.</summary>
    void Apply(ReadOnlySpan<byte> source, Span<byte> target);
}
