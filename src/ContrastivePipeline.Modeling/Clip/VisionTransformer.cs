using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP's vision Transformer: patches, a class token, pre- and post-norm.</summary>
internal sealed class VisionTransformer : Module
{
    private readonly Conv2d conv1;
    private readonly Parameter class_embedding;
    private readonly Parameter positional_embedding;
    private readonly LayerNorm ln_pre;
    private readonly Transformer transformer;
    private readonly LayerNorm ln_post;
    private readonly Parameter proj;

    public VisionTransformer(VisionConfig config, int imageSize, int outputSize, bool exactGelu)
        : base(nameof(VisionTransformer))
    {
        long width = config.Width, side = imageSize / config.PatchSize;
        conv1 = Conv2d(3, width, config.PatchSize, stride: config.PatchSize, bias: false);
        class_embedding = Parameter(zeros(width));
        positional_embedding = Parameter(zeros(side * side + 1, width));
        ln_pre = LayerNorm(width);
        transformer = new Transformer(
            width, config.Heads > 0 ? config.Heads : width / 64, config.Layers[0], causal: false, dropout: 0, exactGelu);
        ln_post = LayerNorm(width);
        proj = Parameter(zeros(width, outputSize));
        RegisterComponents();
    }

    /// <param name="pixels">[batch, 3, side, side], normalised.</param>
    /// <returns>[batch, embedding].</returns>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var patches = conv1.forward(pixels).flatten(2).transpose(1, 2);
        var first = class_embedding.expand(patches.size(0), 1, -1);
        var x = transformer.Forward(ln_pre.forward(cat([first, patches], 1).Plus(positional_embedding)));
        return ln_post.forward(x.select(1, 0)).matmul(proj).MoveToOuterDisposeScope();
    }
}
