using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Media;

/// <summary>A kind of media: all that preparing, training, searching and reporting have to know of it. What is added to
/// <see cref="MediaKinds"/> is understood everywhere.</summary>
public abstract class MediaKind
{
    /// <summary>Its name, and the key of its section in a dataset, for example <c>audio</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The key of its encoder's section in a model, for example <c>audio</c>.</summary>
    public abstract string TowerKey { get; }

    /// <summary>What several of them are called.</summary>
    public virtual string Words => Name + "s";

    /// <summary>The unit of <see cref="MediaSection.Size"/>, for example <c>pixels</c>.</summary>
    public abstract string SizeUnit { get; }

    /// <summary>Whether there are any: datasets of texts alone have none.</summary>
    public virtual bool HasMedia => true;

    /// <summary>Whether a media item can be looked at.</summary>
    public virtual bool IsVisible => false;

    /// <summary>Reads how a dataset's media are stored and fed to the model.</summary>
    internal abstract MediaSection ReadMedia(ConfigSection section);

    /// <summary>Reads the sizes of the media encoder.</summary>
    /// <param name="model">The section of the model, in which <see cref="TowerKey"/> is theirs.</param>
    /// <param name="media">That of the dataset that is trained on.</param>
    internal abstract MediaTowerSection ReadTower(ConfigSection model, MediaSection media);

    /// <summary>Reads the random changes of training media.</summary>
    internal abstract Augmentation ReadAugmentation(ConfigSection section);

    /// <summary>What to give, for a message, so that random changes change something.</summary>
    public abstract string AugmentationHint { get; }

    /// <summary>How a dataset's media are stored where a version does not say more than their size.</summary>
    public abstract MediaSection SectionOf(int size);

    /// <summary>How media are stored.</summary>
    public abstract MediaFormat FormatOf(MediaSection media);

    /// <summary>The sizes of a model.</summary>
    /// <param name="embedding">Width of the shared embedding space.</param>
    public abstract ModelConfig ModelOf(MediaSection media, MediaTowerSection tower, int embedding, TextConfig text);

    /// <summary>How stored media become a model's input.</summary>
    public abstract MediaInput InputOf(ModelConfig model);

    /// <summary>The size that media must be prepared in for a model.</summary>
    public abstract int SizeFor(ModelConfig model);

    /// <summary>The media encoder and its input in words.</summary>
    public abstract IReadOnlyList<Setting> Describe(ModelConfig model);

    /// <summary>The random changes in words.</summary>
    public abstract string Describe(Augmentation augmentation);

    /// <summary>A file that somebody searches with, decoded by the same steps as a dataset's media.</summary>
    /// <exception cref="MediaException">It is not such media, or too large; the message says what to do.</exception>
    public abstract byte[] DecodeQuery(ReadOnlySpan<byte> file, MediaInput input);
}

/// <summary>How a dataset's media are stored and fed to the model.</summary>
[JsonConverter(typeof(KindConverter<MediaSection>))]
public abstract record MediaSection
{
    /// <summary>Size as stored, and of the model's input, in the kind's unit.</summary>
    public abstract int Size { get; init; }
}

/// <summary>Sizes of a media encoder.</summary>
[JsonConverter(typeof(KindConverter<MediaTowerSection>))]
public abstract record MediaTowerSection;
