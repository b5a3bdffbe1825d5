using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>Initial weights by upstream's rules: normal with widths' inverse square roots for Transformers, attention pool and projections;
/// zero for the last norm of every bottleneck; PyTorch's uniform rule for convolutions and linear layers that upstream leaves
/// alone.</summary>
internal static class ClipInitialization
{
    private static readonly double InitialLogitScale = Math.Log(1 / 0.07);

    /// <param name="vision">Sizes of the image encoder; null where the model has none.</param>
    public static void Apply(ClipTextEncoder model, TextConfig text, VisionConfig? vision, long seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        // By name, so that the draw of each weight does not depend on the order in which modules are declared.
        foreach (var (name, parameter) in model.named_parameters().OrderBy(p => p.name, StringComparer.Ordinal))
            Initialize(name, parameter, text, vision, generator);
    }

    private static void Initialize(string name, Tensor parameter, TextConfig text, VisionConfig? vision, Generator generator)
    {
        void Normal(double deviation) => parameter.normal_(0, deviation, generator);
        void Uniform(double bound) => parameter.uniform_(-bound, bound, generator);

        if (name == ClipTextEncoder.LogitScaleKey)
        {
            parameter.fill_(LastingScalar.Of(InitialLogitScale));
        }
        else if (name == "token_embedding.weight")
        {
            Normal(0.02);
        }
        else if (name == "positional_embedding")
        {
            Normal(0.01);
        }
        else if (name == "text_projection")
        {
            Normal(InverseRoot(text.Width));
        }
        else if (name is "visual.class_embedding" or "visual.positional_embedding" or "visual.proj")
        {
            Normal(InverseRoot(vision!.Width));
        }
        else if (name == "visual.attnpool.positional_embedding")
        {
            Normal(InverseRoot(parameter.shape[1]));
        }
        else if (name.StartsWith("visual.attnpool.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal))
        {
            Normal(InverseRoot(vision!.Width * 32L));
        }
        else if (name.StartsWith("transformer.", StringComparison.Ordinal) && parameter.dim() == 2)
        {
            Normal(TransformerDeviation(name, text.Width, text.Layers));
        }
        else if (name.StartsWith("visual.transformer.", StringComparison.Ordinal) && parameter.dim() == 2)
        {
            Normal(TransformerDeviation(name, vision!.Width, vision!.Layers[0]));
        }
        else if (name.EndsWith(".bn3.weight", StringComparison.Ordinal) && name.StartsWith("visual.layer", StringComparison.Ordinal))
        {
            parameter.zero_();
        }
        else if (parameter.dim() == 4)
        {
            Uniform(InverseRoot(parameter.shape[1] * parameter.shape[2] * parameter.shape[3]));
        }
        else if (name.EndsWith(".weight", StringComparison.Ordinal))
        {
            parameter.fill_(LastingScalar.Of(1));
        }
        else
        {
            parameter.zero_();
        }
    }

    private static double TransformerDeviation(string name, int width, int layers)
    {
        if (name.EndsWith("in_proj_weight", StringComparison.Ordinal))
            return InverseRoot(width);
        if (name.EndsWith("c_fc.weight", StringComparison.Ordinal))
            return InverseRoot(2L * width);
        return InverseRoot(width) * InverseRoot(2L * layers);
    }

    private static double InverseRoot(long value) => Math.Pow(value, -0.5);
}
