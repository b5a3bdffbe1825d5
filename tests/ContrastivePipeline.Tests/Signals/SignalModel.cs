using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Tests.Signals;

internal sealed record SignalConfig(int EmbeddingSize, int Samples, int Width, TextConfig Text) : ModelConfig
{
    [JsonIgnore]
    public override string MediaKind => SignalKind.KindName;

    public override int EmbeddingSize { get; init; } = EmbeddingSize;

    public override TextConfig Text { get; init; } = Text;

    public override DualEncoder Create(long seed) => new SignalModel(this, seed);
}

/// <summary>A tiny encoder of signals, and one of texts that takes the mean of its tokens: it is neither causal nor reads the end.</summary>
internal sealed class SignalModel : DualEncoder
{
    private readonly Sequential media;
    private readonly Embedding tokens;
    private readonly Linear text;
    private readonly Parameter logit_scale;
    private readonly SignalConfig _config;

    public SignalModel(SignalConfig config, long seed)
        : base(nameof(SignalModel))
    {
        _config = config;
        media = Sequential(Linear(config.Samples, config.Width), Tanh(), Linear(config.Width, config.EmbeddingSize));
        tokens = Embedding(config.Text.VocabularySize, config.Text.Width);
        text = Linear(config.Text.Width, config.EmbeddingSize);
        logit_scale = Parameter(zeros([]));
        RegisterComponents();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var (_, parameter) in named_parameters().Where(p => p.parameter.dim() > 0).OrderBy(p => p.name, StringComparer.Ordinal))
            parameter.normal_(0, 0.2, generator);
        logit_scale.fill_(Math.Log(1 / 0.07));
        StateDict.KeepBeyondScope(this);
    }

    public override ModelConfig Sizes => _config;

    public override Parameter LogitScale => logit_scale;

    public override Module MediaTower => media;

    public override Tensor EncodeMedia(Tensor media) => this.media.forward(media);

    public override Tensor EncodeTextStates(TokenBatch texts, DropoutNoise? noise = null)
    {
        var states = tokens.forward(texts.Ids);
        return TextPooling.Mean.Read(noise?.Apply(states, _config.Text.Dropout) ?? states, texts);
    }

    public override Tensor ProjectText(Tensor states) => text.forward(states);

    public override Tower TowerOf(string parameter) => parameter == "logit_scale" ? Tower.Shared
        : parameter.StartsWith("media.", StringComparison.Ordinal) ? Tower.Media : Tower.Text;
}
