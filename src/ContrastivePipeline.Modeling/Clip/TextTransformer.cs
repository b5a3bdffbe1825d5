using ContrastivePipeline.Modeling.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>The parts of CLIP's text encoder; its parameters sit at the root of the model, as upstream's keys have it.</summary>
internal static class TextTransformer
{
    /// <summary>Encodes token ids into the last hidden state at the end of text, before the projection.</summary>
    /// <param name="tokens">[batch, tokens], int64, padded with 0 on the right; cut to the longest text of the batch.</param>
    /// <returns>[batch, width].</returns>
    public static Tensor Encode(
        Embedding tokenEmbedding, Parameter positions, Transformer transformer, LayerNorm finalNorm, double dropout, Tensor tokens, DropoutNoise? noise)
    {
        using var scope = NewDisposeScope();
        var x = tokenEmbedding.forward(tokens).Plus(positions.narrow(0, 0, tokens.size(1)));
        x = transformer.Forward(noise?.Apply(x, dropout) ?? x, noise);
        // The end of text has the highest id, and causal attention keeps what follows it out of its state.
        var end = tokens.argmax(-1).view(-1, 1, 1).expand(-1, 1, x.size(2));
        return finalNorm.forward(x.gather(1, end).squeeze(1)).MoveToOuterDisposeScope();
    }
}
