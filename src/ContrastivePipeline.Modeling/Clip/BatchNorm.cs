using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>Batch normalisation with PyTorch's keys and defaults. TorchSharp's BatchNorm counts batches with an unsafe sum; see
/// <see cref="LastingScalar"/>.</summary>
internal sealed class BatchNorm : Module
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;

    public BatchNorm(long channels)
        : base(nameof(BatchNorm))
    {
        weight = Parameter(ones(channels));
        bias = Parameter(zeros(channels));
        running_mean = zeros(channels);
        running_var = ones(channels);
        num_batches_tracked = zeros([], ScalarType.Int64);
        RegisterComponents();
    }

    /// <param name="x">[batch, channels, …].</param>
    public Tensor Forward(Tensor x)
    {
        if (training)
        {
            using var noGrad = no_grad();
            num_batches_tracked.Increment();
        }
        return F.batch_norm(x, running_mean, running_var, weight, bias, training, Momentum, Epsilon);
    }
}
