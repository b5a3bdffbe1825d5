using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>CLIP's text encoder alone.</summary>
public sealed class ClipTextModelTests
{
    private static readonly TextConfig Text = new(60, 12, 16, 2, 2, Dropout: 0.1);

    /// <summary>Weights move between a model and its text half under the same keys, and compute the same.</summary>
    [Fact]
    public void It_is_the_text_half_of_a_model()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var whole = new ClipModel(new ClipConfig(8, 32, new VisionConfig([1, 1, 1, 1], 4, 2), Text), seed: 3);
        using var half = new ClipTextModel(new ClipTextConfig(8, Text), seed: 4);
        var (weights, own) = (StateDict.Of(whole), StateDict.Of(half));
        Assert.Equal(weights.Keys.Where(key => !key.StartsWith("visual.", StringComparison.Ordinal)).Order(), own.Keys.Order());
        foreach (var (key, tensor) in own)
            tensor.copy_(weights[key]);
        whole.eval();
        half.eval();
        var texts = TokenBatch.Of([[58, 7, 9, 59], [58, 3, 11, 12, 59]]);
        Assert.Equal(whole.EncodeText(texts).data<float>().ToArray(), half.EncodeText(texts).data<float>().ToArray());
    }

    [Fact]
    public void It_has_no_media_encoder_and_all_of_it_is_text()
    {
        using var scope = NewDisposeScope();
        using var model = new ClipTextModel(new ClipTextConfig(8, Text), seed: 1);
        Assert.Throws<NotSupportedException>(() => model.EncodeMedia(zeros(1, 3, 32, 32)));
        Assert.All(model.named_parameters(), p => Assert.Equal(p.name == "logit_scale" ? Tower.Shared : Tower.Text, model.TowerOf(p.name)));
        Assert.Equal("text", model.Sizes.MediaKind);
    }
}
