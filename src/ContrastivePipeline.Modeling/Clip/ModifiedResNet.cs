using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP's modified ResNet: a stem of three convolutions, strides done by average pooling (anti-aliased), attention pooling at the
/// end.</summary>
internal sealed class ModifiedResNet : Module
{
    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm bn3;
    private readonly ModuleList<Bottleneck> layer1;
    private readonly ModuleList<Bottleneck> layer2;
    private readonly ModuleList<Bottleneck> layer3;
    private readonly ModuleList<Bottleneck> layer4;
    private readonly AttentionPool attnpool;

    public ModifiedResNet(VisionConfig config, int imageSize, int outputSize)
        : base(nameof(ModifiedResNet))
    {
        long width = config.Width;
        conv1 = Convolution(3, width / 2, 3, stride: 2);
        bn1 = new BatchNorm(width / 2);
        conv2 = Convolution(width / 2, width / 2, 3);
        bn2 = new BatchNorm(width / 2);
        conv3 = Convolution(width / 2, width, 3);
        bn3 = new BatchNorm(width);
        var input = width;
        layer1 = Stage(ref input, width, config.Layers[0], 1);
        layer2 = Stage(ref input, width * 2, config.Layers[1], 2);
        layer3 = Stage(ref input, width * 4, config.Layers[2], 2);
        layer4 = Stage(ref input, width * 8, config.Layers[3], 2);
        attnpool = new AttentionPool(imageSize / 32, input, config.Heads > 0 ? config.Heads : input / 64, outputSize);
        RegisterComponents();
    }

    /// <param name="pixels">[batch, 3, side, side], normalised.</param>
    /// <returns>[batch, embedding].</returns>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var x = Layer(pixels, conv1, bn1);
        x = Then(x, before => Layer(before, conv2, bn2));
        x = Then(x, before => Layer(before, conv3, bn3));
        x = Then(x, before => F.avg_pool2d(before, 2));
        foreach (var stage in new[] { layer1, layer2, layer3, layer4 })
        {
            foreach (var block in stage)
                x = Then(x, block.Forward);
        }
        return attnpool.Forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>The next step; what it came from is let go, so that without gradients a few activations are in memory and not all. A
    /// backward pass keeps what it needs.</summary>
    internal static Tensor Then(Tensor x, Func<Tensor, Tensor> next)
    {
        using (x)
            return next(x);
    }

    internal static Tensor Layer(Tensor x, Conv2d convolution, BatchNorm norm)
    {
        using var scope = NewDisposeScope();
        return F.relu(Then(convolution.forward(x), norm.Forward), inplace: true).MoveToOuterDisposeScope();
    }

    internal static Conv2d Convolution(long input, long output, long kernel, long stride = 1) =>
        Conv2d(input, output, kernel, stride: stride, padding: kernel / 2, bias: false);

    private static ModuleList<Bottleneck> Stage(ref long input, long planes, int blocks, long stride)
    {
        var stage = new List<Bottleneck>();
        for (var i = 0; i < blocks; i++)
        {
            stage.Add(new Bottleneck(input, planes, i == 0 ? stride : 1));
            input = planes * Bottleneck.Expansion;
        }
        return new ModuleList<Bottleneck>([.. stage]);
    }
}

/// <summary>A bottleneck block whose stride is an average pool after its 3 × 3 convolution.</summary>
internal sealed class Bottleneck : Module
{
    /// <summary>Output channels per plane.</summary>
    public const int Expansion = 4;

    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm bn3;
    private readonly Downsample? downsample;
    private readonly long _stride;

    public Bottleneck(long input, long planes, long stride)
        : base(nameof(Bottleneck))
    {
        conv1 = ModifiedResNet.Convolution(input, planes, 1);
        bn1 = new BatchNorm(planes);
        conv2 = ModifiedResNet.Convolution(planes, planes, 3);
        bn2 = new BatchNorm(planes);
        conv3 = ModifiedResNet.Convolution(planes, planes * Expansion, 1);
        bn3 = new BatchNorm(planes * Expansion);
        downsample = stride > 1 || input != planes * Expansion ? new Downsample(input, planes * Expansion) : null;
        _stride = stride;
        RegisterComponents();
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = ModifiedResNet.Then(ModifiedResNet.Layer(x, conv1, bn1), before => ModifiedResNet.Layer(before, conv2, bn2));
        if (_stride > 1)
            y = ModifiedResNet.Then(y, before => F.avg_pool2d(before, _stride));
        y = ModifiedResNet.Then(ModifiedResNet.Then(y, conv3.forward), bn3.Forward);
        var shortcut = downsample is null ? x : downsample.Forward(_stride > 1 ? F.avg_pool2d(x, _stride) : x);
        return F.relu(y.PlusInPlace(shortcut), inplace: true).MoveToOuterDisposeScope();
    }

    /// <summary>Upstream's downsample: "-1" is the pool (no weights), "0" the convolution, "1" the norm.</summary>
    private sealed class Downsample : Module
    {
        private readonly Conv2d _convolution;
        private readonly BatchNorm _norm;

        public Downsample(long input, long output)
            : base(nameof(Downsample))
        {
            _convolution = ModifiedResNet.Convolution(input, output, 1);
            _norm = new BatchNorm(output);
            register_module("0", _convolution);
            register_module("1", _norm);
        }

        public Tensor Forward(Tensor x) => _norm.Forward(_convolution.forward(x));
    }
}
