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
    private readonly Sequential _media;
    private readonly Embedding _tokens;
    private readonly Linear _text;
    private readonly Parameter _logitScale;
    private readonly SignalConfig _config;

    public SignalModel(SignalConfig config, long seed)
        : base(nameof(SignalModel))
    {
        _config = config;
        _media = Sequential(Linear(config.Samples, config.Width), Tanh(), Linear(config.Width, config.EmbeddingSize));
        _tokens = Embedding(config.Text.VocabularySize, config.Text.Width);
        _text = Linear(config.Text.Width, config.EmbeddingSize);
        _logitScale = Parameter(zeros([]));
        RegisterComponents();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var (_, parameter) in named_parameters().Where(p => p.parameter.dim() > 0).OrderBy(p => p.name, StringComparer.Ordinal))
            parameter.normal_(0, 0.2, generator);
        _logitScale.fill_(Math.Log(1 / 0.07));
        StateDict.KeepBeyondScope(this);
    }

    public override ModelConfig Sizes => _config;

    public override Parameter LogitScale => _logitScale;

    public override Module MediaTower => _media;

    public override Tensor EncodeMedia(Tensor media) => _media.forward(media);

    public override Tensor EncodeTextStates(TokenBatch texts, DropoutNoise? noise = null)
    {
        var states = _tokens.forward(texts.Ids);
        return TextPooling.Mean.Read(noise?.Apply(states, _config.Text.Dropout) ?? states, texts);
    }

    public override Tensor ProjectText(Tensor states) => _text.forward(states);

    public override Tower TowerOf(string parameter) => parameter == "_logitScale" ? Tower.Shared
        : parameter.StartsWith("_media.", StringComparison.Ordinal) ? Tower.Media : Tower.Text;
}
