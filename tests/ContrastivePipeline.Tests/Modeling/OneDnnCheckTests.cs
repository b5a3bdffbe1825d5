using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>On some processors oneDNN's convolutions read memory that nobody wrote; a model's must be right on every one.</summary>
public sealed class OneDnnCheckTests
{
    [Theory]
    [InlineData(8, 8, 3)]
    [InlineData(4, 8, 3)]
    [InlineData(24, 24, 3)]
    [InlineData(16, 16, 3)]
    [InlineData(8, 32, 1)]
    public void Convolutions_in_single_precision_agree_with_double_precision(int channels, int outputs, int kernel)
    {
        using var scope = NewDisposeScope();
        // Whoever computes with a model has made one first.
        using var model = new ClipModel(
            new ClipConfig(8, 32, new VisionConfig([1, 1, 1, 1], 4, 2), new TextConfig(64, 12, 16, 2, 2)), seed: 1);
        using var random = new Generator(7);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var x = rand([4, channels, 16, 16], ScalarType.Float64, generator: random) - 0.5;
            var w = rand([outputs, channels, kernel, kernel], ScalarType.Float64, generator: random) - 0.5;
            foreach (var (expected, found) in Convolve(x, w, ScalarType.Float64).Zip(Convolve(x, w, ScalarType.Float32)))
            {
                var error = (expected - found.to(ScalarType.Float64)).abs().max().item<double>() / expected.abs().max().item<double>();
                Assert.True(error < 1e-4, $"Attempt {attempt}: relative error {error:g3}.");
            }
        }
    }

    private static Tensor[] Convolve(Tensor x, Tensor w, ScalarType type)
    {
        var (input, weight) = (x.to(type).clone().requires_grad_(), w.to(type).clone().requires_grad_());
        var padding = w.shape[^1] / 2;
        var output = nn.functional.conv2d(input, weight, padding: [padding, padding]);
        output.square().sum().backward();
        return [output.detach(), input.grad!, weight.grad!];
    }
}
