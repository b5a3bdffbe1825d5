using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Texts;

/// <summary>The media input of a model of texts alone: its items are empty.</summary>
public sealed record NoMediaInput : MediaInput
{
    /// <inheritdoc/>
    public override int ItemLength => 0;

    /// <inheritdoc/>
    public override byte[] Decode(string mediaId, ReadOnlySpan<byte> stored, bool fit = false) =>
        throw new TrainingDataException($"'{mediaId}' is a media item, and the model takes texts alone.");

    /// <inheritdoc/>
    public override Tensor ToTensor(byte[] items, int count) => empty(count, 0, device: CPU);

    /// <inheritdoc/>
    public override Tensor ToModel(Tensor media, Device device)
    {
        ArgumentNullException.ThrowIfNull(media);
        return media.to(device);
    }
}

/// <summary>Changes nothing: there are no media.</summary>
public sealed record NoAugmentation : Augmentation, IMediaChange
{
    /// <inheritdoc/>
    public override bool IsNone => true;

    /// <inheritdoc/>
    public override IMediaChange Draw(MediaInput input, Randomness random) => this;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target) => source.CopyTo(target);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind() => Kinds.Add<Augmentation>("text", typeof(NoAugmentation));
}
