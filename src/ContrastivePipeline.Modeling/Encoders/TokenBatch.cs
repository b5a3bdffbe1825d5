using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Encoders;

/// <summary>Texts as token ids, padded with 0 on the right, with the end of each: what lies behind it is neither attended to nor read,
/// whatever the encoder.</summary>
/// <param name="Ids">[texts, tokens], int64.</param>
/// <param name="Ends">[texts], int64: the index of the last token.</param>
public sealed record TokenBatch(Tensor Ids, Tensor Ends)
{
    /// <summary>Pads texts to the longest; the caller's scope owns the tensors.</summary>
    public static TokenBatch Of(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var length = texts.Max(t => t.Length);
        var ids = new long[texts.Count * length];
        for (var i = 0; i < texts.Count; i++)
        {
            for (var j = 0; j < texts[i].Length; j++)
                ids[i * length + j] = texts[i][j];
        }
        return new TokenBatch(tensor(ids, [texts.Count, length]), tensor(texts.Select(t => t.Length - 1L).ToArray()));
    }

    /// <summary>Texts that are padded already, each of which ends with the highest id, as CLIP's do.</summary>
    /// <param name="ids">[texts, tokens], int64.</param>
    public static TokenBatch EndingWithHighest(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new TokenBatch(ids, ids.argmax(-1));
    }

    /// <summary>The same on a device.</summary>
    public TokenBatch To(Device device) => new(Ids.to(device), Ends.to(device));

    /// <summary>All texts, as many times one after the other.</summary>
    public TokenBatch Repeat(int times) =>
        times == 1 ? this : new TokenBatch(cat([.. Enumerable.Repeat(Ids, times)], 0), cat([.. Enumerable.Repeat(Ends, times)], 0));

    /// <summary>[texts, tokens], bool: whether a place belongs to its text.</summary>
    public Tensor Mask()
    {
        var ones = ones_like(Ids);
        return ones.cumsum(1).sub(ones).le(Ends.unsqueeze(1));
    }
}

/// <summary>Which states of a text make its feature.</summary>
public enum TextPooling
{
    /// <summary>That of its last token: end of text (CLIP).</summary>
    End,

    /// <summary>That of its first token (BERT's and RoBERTa's CLS).</summary>
    First,

    /// <summary>The mean over its tokens.</summary>
    Mean,
}

/// <summary>Reads the feature of each text out of its states.</summary>
public static class TextPoolingExtensions
{
    /// <param name="states">[texts, tokens, width].</param>
    /// <returns>[texts, width].</returns>
    public static Tensor Read(this TextPooling pooling, Tensor states, TokenBatch texts)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(texts);
        switch (pooling)
        {
            case TextPooling.First:
                return states.select(1, 0);
            case TextPooling.Mean:
                var mask = texts.Mask().unsqueeze(-1).to(states.dtype);
                return (states * mask).sum(1) / mask.sum(1);
            default:
                var end = texts.Ends.view(-1, 1, 1).expand(-1, 1, states.size(2));
                return states.gather(1, end).squeeze(1);
        }
    }
}
