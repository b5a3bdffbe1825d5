namespace ContrastivePipeline.Tests.Signals;

/// <summary>A second kind of media, as small as one can be: short signals, a byte a sample. It stands for any kind that is no image.</summary>
internal sealed class SignalKind : MediaKind
{
    public const string KindName = "signal";

    public override string Name => KindName;

    public override string TowerKey => "signal";

    public override string SizeUnit => "samples";

    internal override MediaSection ReadMedia(ConfigSection section)
    {
        var signal = new SignalSection(section.Int("size", 32, 4, 1024));
        section.Close();
        return signal;
    }

    internal override MediaTowerSection ReadTower(ConfigSection model, MediaSection media)
    {
        var section = model.Section(TowerKey);
        var tower = new SignalTowerSection(section.Int("width", 16, 1));
        section.Close();
        return tower;
    }

    internal override Augmentation ReadAugmentation(ConfigSection section)
    {
        var augmentation = new SignalAugmentation(section.Int("noise", 3, 0, 100));
        section.Close();
        return augmentation;
    }

    public override string AugmentationHint => "give noise";

    public override MediaSection SectionOf(int size) => new SignalSection(size);

    public override MediaFormat FormatOf(MediaSection media) => new SignalFormat(media.Size);

    public override ModelConfig ModelOf(MediaSection media, MediaTowerSection tower, int embedding, TextConfig text) =>
        new SignalConfig(embedding, media.Size, ((SignalTowerSection)tower).Width, text);

    public override MediaInput InputOf(ModelConfig model) => new SignalInput(SizeFor(model));

    public override int SizeFor(ModelConfig model) => ((SignalConfig)model).Samples;

    public override IReadOnlyList<Setting> Describe(ModelConfig model) => [new("signal", $"{SizeFor(model)} samples")];

    public override string Describe(Augmentation augmentation) => $"noise up to {((SignalAugmentation)augmentation).Noise}";

    public override byte[] DecodeQuery(ReadOnlySpan<byte> file, MediaInput input) =>
        new SignalFormat(input.ItemLength).Store("query", file).Bytes;

    /// <summary>Makes the kind known, as a program does at its start that has one of its own.</summary>
    public static void Add()
    {
        MediaKinds.Add(new SignalKind());
        Kinds.Add<MediaSection>(KindName, typeof(SignalSection));
        Kinds.Add<MediaTowerSection>(KindName, typeof(SignalTowerSection));
        Kinds.Add<MediaFormat>(KindName, typeof(SignalFormat));
        Kinds.Add<Augmentation>(KindName, typeof(SignalAugmentation));
        Kinds.Add<ModelConfig>(KindName, typeof(SignalConfig));
    }
}

/// <param name="Size">Samples.</param>
internal sealed record SignalSection(int Size) : MediaSection
{
    public override int Size { get; init; } = Size;
}

internal sealed record SignalTowerSection(int Width) : MediaTowerSection;
