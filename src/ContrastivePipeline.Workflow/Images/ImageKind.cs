using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Workflow.Images;

/// <summary>How images are stored and fed to the model.</summary>
/// <param name="Size">Short side as stored, and side of the model's square input, pixels.</param>
/// <param name="Encoding"><c>png</c> or <c>jpeg</c>.</param>
public sealed record ImageSection(int Size, string Encoding) : MediaSection
{
    /// <inheritdoc/>
    public override int Size { get; init; } = Size;
}

/// <summary>Images, for CLIP.</summary>
public sealed class ImageKind : MediaKind
{
    /// <inheritdoc/>
    public override string Name => ImageFormat.KindName;

    /// <inheritdoc/>
    public override string TowerKey => "vision";

    /// <inheritdoc/>
    public override string SizeUnit => "pixels";

    /// <inheritdoc/>
    public override bool IsVisible => true;

    /// <inheritdoc/>
    internal override MediaSection ReadMedia(ConfigSection section)
    {
        var image = new ImageSection(section.Int("size", 64, 8, 1024), section.Choice("encoding", "png", "png", "jpeg"));
        section.Close();
        return image;
    }

    /// <inheritdoc/>
    internal override MediaTowerSection ReadTower(ConfigSection model, MediaSection media) =>
        VisionSectionReader.Read(model.Section(TowerKey), media.Size);

    /// <inheritdoc/>
    internal override Augmentation ReadAugmentation(ConfigSection section)
    {
        const string share = "at least 0 and less than 1";
        var augment = new ImageAugmentation(
            section.Int("shift", 4, 0, 512), section.Flag("flip", false),
            section.Real("zoom", 0, value => value is >= 0 and < 1, share), section.Real("tint", 0, value => value is >= 0 and < 1, share));
        section.Close();
        return augment;
    }

    /// <inheritdoc/>
    public override string AugmentationHint => "give shift, flip, zoom or tint";

    /// <inheritdoc/>
    public override MediaSection SectionOf(int size) => new ImageSection(size, ImageEncoder.Png);

    /// <inheritdoc/>
    public override MediaFormat FormatOf(MediaSection media) => new ImageFormat(media.Size, ((ImageSection)media).Encoding);

    /// <inheritdoc/>
    public override ModelConfig ModelOf(MediaSection media, MediaTowerSection tower, int embedding, TextConfig text)
    {
        var vision = (VisionSection)tower;
        return new ClipConfig(embedding, media.Size, new VisionConfig(vision.Layers, vision.Width, vision.Heads, vision.Patch), text);
    }

    /// <inheritdoc/>
    public override MediaInput InputOf(ModelConfig model) => new ImageInput(SizeFor(model));

    /// <inheritdoc/>
    public override int SizeFor(ModelConfig model) => ((ClipConfig)model).ImageSize;

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Describe(ModelConfig model)
    {
        var (vision, side) = (((ClipConfig)model).Vision, SizeFor(model));
        return
        [
            new("image", $"{side} × {side} pixels"),
            new("image encoder", vision.PatchSize > 0
                ? $"vision Transformer, {vision.Width} wide, {vision.Layers[0]} layers, patches of {vision.PatchSize}"
                : $"CLIP's modified ResNet, blocks {string.Join("-", vision.Layers)}, width {vision.Width}"),
        ];
    }

    /// <inheritdoc/>
    public override string Describe(Augmentation augmentation)
    {
        var images = (ImageAugmentation)augmentation;
        return $"shifts up to {images.Shift} pixels{(images.Flip ? ", mirrored" : "")}, zoom ±{images.Zoom:p0}, tint ±{images.Tint:p0}";
    }

    /// <inheritdoc/>
    public override byte[] DecodeQuery(ReadOnlySpan<byte> file, MediaInput input) => QueryImage.Prepare(file, ((ImageInput)input).Side);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind()
    {
        MediaKinds.Add(new ImageKind(), isUsual: true);
        Kinds.Add<MediaSection>(ImageFormat.KindName, typeof(ImageSection), isUsual: true);
        Kinds.Add<MediaTowerSection>(ImageFormat.KindName, typeof(VisionSection), isUsual: true);
    }
}
