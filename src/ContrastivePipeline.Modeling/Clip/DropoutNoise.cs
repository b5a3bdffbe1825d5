using ContrastivePipeline.Modeling.Native;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>
/// Dropout whose masks come from a seed of its own, so that a step's masks depend on the step alone and not on what ran before or
/// runs beside it in the process.
/// </summary>
/// <param name="seed">Seed of the masks.</param>
/// <param name="device">Where the activations are.</param>
public sealed class DropoutNoise(long seed, Device device) : IDisposable
{
    private readonly Generator _generator = new((ulong)seed, device);

    /// <summary>Zeroes each element with <paramref name="probability"/> and scales the rest to keep the mean.</summary>
    public Tensor Apply(Tensor x, double probability)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (probability == 0)
            return x;
        var mask = empty_like(x, requires_grad: false).bernoulli_(1 - probability, _generator).div_(LastingScalar.Of(1 - probability));
        return x * mask;
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();
}
