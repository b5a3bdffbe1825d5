using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>A pre-norm Transformer block; keys as upstream's <c>resblocks.N</c>.</summary>
internal sealed class ResidualAttentionBlock : Module
{
    private readonly LayerNorm ln_1;
    private readonly SelfAttention attn;
    private readonly LayerNorm ln_2;
    private readonly FeedForward mlp;
    private readonly double _dropout;

    public ResidualAttentionBlock(long width, long heads, bool causal, double dropout, bool exactGelu)
        : base(nameof(ResidualAttentionBlock))
    {
        ln_1 = LayerNorm(width);
        attn = new SelfAttention(width, heads, causal);
        ln_2 = LayerNorm(width);
        mlp = new FeedForward(width, exactGelu);
        _dropout = dropout;
        RegisterComponents();
    }

    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="noise">Dropout masks; null outside training.</param>
    /// <param name="attended">[batch, 1, 1, tokens], bool: the tokens that may be attended to; null for all, or those before where attention
    /// is causal.</param>
    public Tensor Forward(Tensor x, DropoutNoise? noise, Tensor? attended, long batch, long length)
    {
        using var scope = NewDisposeScope();
        var context = attn.Forward(ln_1.forward(x), attended, batch, length);
        x = x.Plus(noise?.Apply(context, _dropout) ?? context);
        var fed = mlp.Forward(ln_2.forward(x));
        return x.Plus(noise?.Apply(fed, _dropout) ?? fed).MoveToOuterDisposeScope();
    }

    private sealed class SelfAttention : Module
    {
        private readonly Parameter in_proj_weight;
        private readonly Parameter in_proj_bias;
        private readonly Linear out_proj;
        private readonly long _width;
        private readonly long _heads;
        private readonly bool _causal;

        public SelfAttention(long width, long heads, bool causal)
            : base(nameof(SelfAttention))
        {
            in_proj_weight = Parameter(zeros(3 * width, width));
            in_proj_bias = Parameter(zeros(3 * width));
            out_proj = Linear(width, width);
            (_width, _heads, _causal) = (width, heads, causal);
            RegisterComponents();
        }

        public Tensor Forward(Tensor x, Tensor? attended, long batch, long length)
        {
            var projected =
                F.linear(x, in_proj_weight, in_proj_bias).view(batch, length, 3, _heads, _width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
            var context = F.scaled_dot_product_attention(projected[0], projected[1], projected[2], attended, is_casual: _causal);
            return out_proj.forward(context.transpose(1, 2).reshape(batch, length, _width));
        }
    }

    private sealed class FeedForward : Module
    {
        private readonly Linear c_fc;
        private readonly Linear c_proj;
        private readonly bool _exactGelu;

        public FeedForward(long width, bool exactGelu)
            : base(nameof(FeedForward))
        {
            c_fc = Linear(width, 4 * width);
            c_proj = Linear(4 * width, width);
            _exactGelu = exactGelu;
            RegisterComponents();
        }

        public Tensor Forward(Tensor x)
        {
            var hidden = c_fc.forward(x);
            if (_exactGelu)
                return c_proj.forward(F.gelu(hidden));
            // QuickGELU: x · sigmoid(1.702 x).
            return c_proj.forward(hidden * (hidden * LastingScalar.Of(1.702)).sigmoid_());
        }
    }
}

/// <summary>Upstream's <c>transformer</c>: residual blocks under the key <c>resblocks</c>.</summary>
internal sealed class Transformer : Module
{
    private readonly ModuleList<ResidualAttentionBlock> resblocks;

    public Transformer(long width, long heads, int layers, bool causal, double dropout, bool exactGelu)
        : base(nameof(Transformer))
    {
        resblocks = new ModuleList<ResidualAttentionBlock>(
            [.. Enumerable.Range(0, layers).Select(_ => new ResidualAttentionBlock(width, heads, causal, dropout, exactGelu))]);
        RegisterComponents();
    }

    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="mask">[batch, tokens], bool: whether a place belongs to its text; null where all do, or attention is causal.</param>
    public Tensor Forward(Tensor x, DropoutNoise? noise = null, Tensor? mask = null)
    {
        var (batch, length) = (x.size(0), x.size(1));
        var attended = mask?.view(batch, 1, 1, length);
        foreach (var block in resblocks)
            x = block.Forward(x, noise, attended, batch, length);
        return x;
    }
}
