using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>Pools a feature map by attention from its mean.</summary>
internal sealed class AttentionPool : Module
{
    private readonly Parameter positional_embedding;
    private readonly Linear k_proj;
    private readonly Linear q_proj;
    private readonly Linear v_proj;
    private readonly Linear c_proj;
    private readonly long _heads;
    private readonly long _width;

    public AttentionPool(long side, long width, long heads, long output)
        : base(nameof(AttentionPool))
    {
        positional_embedding = Parameter(zeros(side * side + 1, width));
        k_proj = Linear(width, width);
        q_proj = Linear(width, width);
        v_proj = Linear(width, width);
        c_proj = Linear(width, output);
        (_heads, _width) = (heads, width);
        RegisterComponents();
    }

    /// <param name="x">[batch, width, side, side].</param>
    /// <returns>[batch, output].</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var cells = x.flatten(2).transpose(1, 2);
        var tokens = cat([cells.mean([1], keepdim: true), cells], 1).Plus(positional_embedding);
        var attended = F.scaled_dot_product_attention(
            Split(q_proj.forward(tokens.narrow(1, 0, 1))), Split(k_proj.forward(tokens)), Split(v_proj.forward(tokens)));
        return c_proj.forward(attended.transpose(1, 2).reshape(-1, _width)).MoveToOuterDisposeScope();
    }

    private Tensor Split(Tensor x) => x.view(x.size(0), x.size(1), _heads, _width / _heads).transpose(1, 2);
}
