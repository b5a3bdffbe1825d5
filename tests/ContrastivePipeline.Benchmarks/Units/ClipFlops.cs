namespace ContrastivePipeline.Benchmarks.Units;

/// <summary>
/// What CLIP computes, counted from its sizes: convolutions, linear layers and products of attention, a multiply-add as two operations. What is
/// left out (norms, activations, softmax, loss, optimiser) takes time on a GPU, too, but by memory and not by arithmetic.
/// </summary>
internal static class ClipFlops
{
    /// <summary>Backward computes two products for each of forward: one for the inputs' gradients, one for the weights'.</summary>
    public const int ForwardAndBackward = 3;

    /// <summary>FLOP of the modified ResNet for one image, forward.</summary>
    public static double Image(ClipConfig config)
    {
        var (vision, side, width) = (config.Vision, config.ImageSize / 2, config.Vision.Width);
        var sum = Convolution(side, 3, width / 2, 3) + Convolution(side, width / 2, width / 2, 3) + Convolution(side, width / 2, width, 3);
        side /= 2;
        var input = width;
        for (var stage = 0; stage < vision.Layers.Count; stage++)
        {
            var planes = width << stage;
            for (var block = 0; block < vision.Layers[stage]; block++)
            {
                // The pool is behind the second convolution.
                var pooled = stage > 0 && block == 0 ? side / 2 : side;
                sum += Convolution(side, input, planes, 1) + Convolution(side, planes, planes, 3)
                    + Convolution(pooled, planes, 4 * planes, 1);
                if (block == 0)
                    sum += Convolution(pooled, input, 4 * planes, 1);
                (side, input) = (pooled, 4 * planes);
            }
        }
        var cells = (side * side) + 1;
        return sum + Linear(1 + (2 * cells), input, input) + (4.0 * cells * input) + Linear(1, input, config.EmbeddingSize);
    }

    /// <summary>FLOP of the text Transformer for one text, forward.</summary>
    /// <param name="tokens">Its length with padding.</param>
    public static double Text(ClipConfig config, int tokens)
    {
        var (text, width) = (config.Text, config.Text.Width);
        var layer = Linear(tokens, width, 3 * width) + Linear(tokens, width, width) + (2 * Linear(tokens, width, 4 * width))
            + (4.0 * tokens * tokens * width);
        return (text.Layers * layer) + Linear(1, width, config.EmbeddingSize);
    }

    private static double Convolution(int side, int input, int output, int kernel) => 2.0 * side * side * input * output * kernel * kernel;

    private static double Linear(int rows, int input, int output) => 2.0 * rows * input * output;
}
