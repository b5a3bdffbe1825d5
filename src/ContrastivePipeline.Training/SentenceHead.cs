using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Training;

/// <summary>SimCSE's head: linear and tanh on the encoder's output, in training only (arXiv 2104.08821).</summary>
internal sealed class SentenceHead : Module
{
    private readonly Linear dense;

    public SentenceHead(int width, long seed)
        : base(nameof(SentenceHead))
    {
        dense = Linear(width, width);
        RegisterComponents();
        StateDict.KeepBeyondScope(this);
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        dense.weight!.normal_(0, 0.02, generator);
        dense.bias!.zero_();
    }

    public Tensor Forward(Tensor states) => dense.forward(states).tanh();
}
