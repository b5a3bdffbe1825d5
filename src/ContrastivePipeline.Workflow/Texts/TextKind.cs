using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Workflow.Texts;

/// <summary>The media of a dataset of texts alone: none.</summary>
public sealed record NoMediaSection : MediaSection
{
    /// <inheritdoc/>
    /// <remarks>0.</remarks>
    public override int Size { get; init; }
}

/// <summary>The media encoder of a model of texts alone: none.</summary>
public sealed record NoTowerSection : MediaTowerSection;

/// <summary>Texts alone, for sentence datasets and for models without a media encoder.</summary>
public sealed class TextKind : MediaKind
{
    /// <inheritdoc/>
    public override string Name => TextFormat.KindName;

    /// <inheritdoc/>
    /// <remarks>The key <c>text</c> is the language encoder's.</remarks>
    public override string TowerKey => "media";

    /// <inheritdoc/>
    public override string SizeUnit => "";

    /// <inheritdoc/>
    public override bool HasMedia => false;

    /// <inheritdoc/>
    internal override MediaSection ReadMedia(ConfigSection section)
    {
        section.Close();
        return new NoMediaSection();
    }

    /// <inheritdoc/>
    internal override MediaTowerSection ReadTower(ConfigSection model, MediaSection media) => new NoTowerSection();

    /// <inheritdoc/>
    internal override Augmentation ReadAugmentation(ConfigSection section)
    {
        section.Close();
        return new NoAugmentation();
    }

    /// <inheritdoc/>
    public override string AugmentationHint => "a dataset of texts alone has no media to change";

    /// <inheritdoc/>
    public override MediaSection SectionOf(int size) => new NoMediaSection();

    /// <inheritdoc/>
    public override MediaFormat FormatOf(MediaSection media) => new TextFormat();

    /// <inheritdoc/>
    public override ModelConfig ModelOf(MediaSection media, MediaTowerSection tower, int embedding, TextConfig text) =>
        new ClipTextConfig(embedding, text);

    /// <inheritdoc/>
    public override MediaInput InputOf(ModelConfig model) => new NoMediaInput();

    /// <inheritdoc/>
    public override int SizeFor(ModelConfig model) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Describe(ModelConfig model) => [];

    /// <inheritdoc/>
    public override string Describe(Augmentation augmentation) => "none";

    /// <inheritdoc/>
    public override byte[] DecodeQuery(ReadOnlySpan<byte> file, MediaInput input) =>
        throw new MediaException("no-media", "The model takes texts alone; search with a text.");

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind()
    {
        MediaKinds.Add(new TextKind());
        Kinds.Add<MediaSection>(TextFormat.KindName, typeof(NoMediaSection));
        Kinds.Add<MediaTowerSection>(TextFormat.KindName, typeof(NoTowerSection));
    }
}
