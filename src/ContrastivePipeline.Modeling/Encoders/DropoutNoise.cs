using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Encoders;

/// <summary>Dropout whose masks are a function of a seed and of the order of the calls, so that the masks of a step depend on the step
/// alone: not on earlier or concurrent work in the process, and not on the device. TorchSharp's generators draw on the CPU only, so each
/// element's number is a hash of its position and two keys of the call (two rounds of xor-shift and multiply, C. Wellons' lowbias32), in
/// integer arithmetic that every device does alike.</summary>
public sealed class DropoutNoise : IDisposable
{
    // Shift by 16, its mask, multiply, shift by 15, its mask, multiply. Masks: torch's shift keeps the sign.
    private static readonly int[] Constants = [16, 0xFFFF, 0x7FEB352D, 15, 0x1FFFF, unchecked((int)0x846CA68B)];
    private const int CallsPerTable = 128;

    private readonly ulong _seed;
    private readonly Device _device;
    private readonly Tensor[] _hash;
    private readonly Dictionary<double, Tensor> _thresholds = [];
    private Tensor? _positions;
    private Tensor? _keys;
    private int _calls;

    /// <summary>Starts a sequence of masks.</summary>
    public DropoutNoise(long seed, Device device)
    {
        (_seed, _device) = ((ulong)seed, device);
        using var constants = Own(tensor(Constants, device: device));
        _hash = [.. Enumerable.Range(0, Constants.Length).Select(i => Own(constants.select(0, i)))];
    }

    /// <summary>Zeroes each element with <paramref name="probability"/> and scales the rest to keep the mean.</summary>
    public Tensor Apply(Tensor x, double probability)
    {
        ArgumentNullException.ThrowIfNull(x);
        return probability == 0 ? x : x * Mask(x.shape, x.dtype, probability);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _hash.Concat(_thresholds.Values))
            tensor.Dispose();
        _positions?.Dispose();
        _keys?.Dispose();
    }

    /// <summary>0 or 1 / (1 − <paramref name="probability"/>) in each place.</summary>
    private Tensor Mask(long[] shape, ScalarType type, double probability)
    {
        using var scope = NewDisposeScope();
        var (first, second) = NextKeys();
        var bits = Positions(shape.Aggregate(1L, (a, b) => a * b)).bitwise_xor(first);
        bits = Mix(bits, 0).bitwise_xor_(second);
        // The sign is a random bit, too: the numbers are uniform over the range of int.
        var kept = Mix(bits, 3).lt(Threshold(1 - probability));
        return kept.to(type).mul_(LastingScalar.Of(1 / (1 - probability))).view(shape).MoveToOuterDisposeScope();
    }

    private Tensor Mix(Tensor bits, int constant) => bits
        .bitwise_xor_(bits.bitwise_right_shift(_hash[constant]).bitwise_and_(_hash[constant + 1]))
        .mul_(_hash[constant + 2]);

    /// <summary>[count]: 1, 2, 3, …; a view of the longest table so far.</summary>
    private Tensor Positions(long count)
    {
        if (_positions is null || _positions.size(0) < count)
        {
            _positions?.Dispose();
            _positions = Own(ones([count], ScalarType.Int32, _device).cumsum(0, ScalarType.Int32));
        }
        return _positions.narrow(0, 0, count);
    }

    private Tensor Threshold(double kept)
    {
        if (!_thresholds.TryGetValue(kept, out var threshold))
            _thresholds[kept] = threshold = Own(tensor([(int)Math.Round(kept * uint.MaxValue + int.MinValue)], device: _device));
        return threshold;
    }

    private (Tensor First, Tensor Second) NextKeys()
    {
        var place = 2 * (_calls % CallsPerTable);
        if (place == 0)
        {
            _keys?.Dispose();
            var start = 2UL * (ulong)_calls;
            _keys = Own(tensor(
                [.. Enumerable.Range(0, 2 * CallsPerTable).Select(i => unchecked((int)SplitMix(start + (ulong)i)))], device: _device));
        }
        _calls++;
        return (_keys!.select(0, place), _keys.select(0, place + 1));
    }

    /// <summary>Number <paramref name="place"/> of the seed's stream (SplitMix64, Steele et al. 2014).</summary>
    private ulong SplitMix(ulong place)
    {
        var z = _seed + (place + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Detaches a tensor from the current scope: masks are drawn inside the blocks' scopes, but this is kept for the whole
    /// step.</summary>
    private static Tensor Own(Tensor tensor) => tensor.DetachFromDisposeScope();
}
