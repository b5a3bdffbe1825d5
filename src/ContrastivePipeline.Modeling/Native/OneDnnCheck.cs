using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>Turns oneDNN off where its convolutions are wrong. The oneDNN 3.7.1 of libtorch 2.10 leaves the padding of channel blocks unset
/// on some processors (seen on AMD family 26): convolutions whose channels do not fill a block of 16 then read memory that nobody wrote,
/// and return outputs or input gradients that are off by a third, or NaN. Torch's own convolutions take its place, two to four times
/// slower.</summary>
internal static partial class OneDnnCheck
{
    private const double Tolerance = 1e-3;
    private static readonly Lazy<bool> Off = new(TurnOffIfWrong);

    /// <summary>Whether oneDNN was found wrong and is off. Runs the check once a process; later calls cost nothing.</summary>
    public static bool IsOff => Off.Value;

    private static bool TurnOffIfWrong()
    {
        if (!OperatingSystem.IsLinux() || !IsEnabled(Context()))
            return false;
        // NNPACK is the next in line for a convolution; where it does not know the processor, it prints a warning at every one.
        EnableNnpack(Context(), on: false);
        if (AreRight())
        {
            EnableNnpack(Context(), on: true);
            return false;
        }
        Enable(Context(), on: false);
        if (!AreRight())
            throw new NativeTorchException("Torch's convolutions are wrong on this processor, with oneDNN and without it.");
        return true;
    }

    /// <summary>Compares small convolutions in single precision, which oneDNN computes, with those in double precision, which it does
    /// not.</summary>
    private static bool AreRight() => Enumerable.Range(0, 4).All(_ =>
        IsRight(8, 8, 3) && IsRight(4, 8, 3) && IsRight(4, 4, 3) && IsRight(24, 24, 3) && IsRight(8, 24, 1));

    private static bool IsRight(int channels, int outputs, int kernel)
    {
        using var scope = NewDisposeScope();
        // The process's first model may be made where gradients are off.
        using var gradients = enable_grad();
        var random = new Random(1);
        var input = Uniform(random, 2, channels, 8, 8);
        var weight = Uniform(random, outputs, channels, kernel, kernel);
        var expected = Convolve(input, weight, ScalarType.Float64);
        LeaveNaNsInFreedMemory();
        var found = Convolve(input, weight, ScalarType.Float32);
        return expected.Zip(found).All(pair =>
            pair.First.sub(pair.Second.to(ScalarType.Float64)).abs().max().item<double>()
                <= Tolerance * pair.First.abs().max().item<double>());
    }

    // Not torch's own generator: what a program draws from it must not depend on this check.
    private static Tensor Uniform(Random random, params long[] shape)
    {
        var values = new double[shape.Aggregate((a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextDouble() - 0.5;
        return tensor(values, shape, ScalarType.Float64, CPU);
    }

    /// <summary>The output, and the gradients of the sum of its squares by input and by weight.</summary>
    private static Tensor[] Convolve(Tensor input, Tensor weight, ScalarType type)
    {
        var (x, w) = (input.to(type).clone().requires_grad_(), weight.to(type).clone().requires_grad_());
        var padding = w.shape[^1] / 2;
        var output = nn.functional.conv2d(x, w, padding: [padding, padding]);
        output.mul(output).sum().backward();
        return [output.detach(), x.grad!, w.grad!];
    }

    // What oneDNN forgets to set is often zero by luck; here it is not.
    private static void LeaveNaNsInFreedMemory()
    {
        using var scope = NewDisposeScope();
        foreach (var length in new[] { 2 * 16 * 64, 2 * 32 * 64, 16 * 16 * 9, 32 * 32 * 9, 16 * 32, 2 * 8 * 64 })
        {
            for (var copy = 0; copy < 4; copy++)
                empty([length], ScalarType.Float32, CPU).fill_(LastingScalar.Of(double.NaN));
        }
    }

    // TorchSharp has no name for these; all are exported by every libtorch.
    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint Context();

    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZNK2at7Context17userEnabledMkldnnEv")]
    [return: MarshalAs(UnmanagedType.U1)]
    private static partial bool IsEnabled(nint context);

    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void Enable(nint context, [MarshalAs(UnmanagedType.U1)] bool on);

    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void EnableNnpack(nint context, [MarshalAs(UnmanagedType.U1)] bool on);
}
